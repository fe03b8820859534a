package dev.chatcluster.consumer.router;

/**
 * The Kafka clients of a router that does not route yet. They connect while a cut is under way:
 * rooms that move wait from their barrier until the first strays behind it are forwarded.
 *
 * @param producer not the valid one yet
 * @param reader of the router's partition
 */
record Connected(RouterProducer producer, StrayReader reader) implements AutoCloseable {
  /** Both, which connect when they are first used. */
  static Connected of(RouterSetup setup, String uid, int partition) {
    RouterProducer producer =
        new RouterProducer(setup.kafka(), setup.pod(), setup.topic(), uid, partition);
    try {
      return new Connected(producer, new StrayReader(setup.kafka(), setup.pod(), partition));
    } catch (RuntimeException noReader) {
      producer.close();
      throw noReader;
    }
  }

  /**
   * Waits until Kafka has answered each; changes nothing there.
   *
   * @throws org.apache.kafka.common.KafkaException when it does not
   */
  void connect(String topic, int partition) {
    producer.connect();
    reader.connect(topic, partition);
  }

  @Override
  public void close() {
    try {
      producer.close();
    } finally {
      reader.close();
    }
  }
}
