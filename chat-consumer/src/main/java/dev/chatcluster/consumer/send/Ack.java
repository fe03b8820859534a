package dev.chatcluster.consumer.send;

/**
 * Where Kafka put an acknowledged message, as a client holds it: opaque to it, and not a position,
 * since a record may yet be forwarded to another partition.
 *
 * @param fingerprint of the log
 * @param partition that took the record
 * @param offset it has there
 */
record Ack(String fingerprint, int partition, long offset) {
  @Override
  public String toString() {
    return "a1." + fingerprint + '.' + partition + '.' + offset;
  }
}
