package dev.chatcluster.consumer.router;

/**
 * The Kafka clients of a router that does not route yet. They connect while a cut is under way:
 * rooms that move wait from their barrier until the first strays behind it are forwarded.
 *
 * @param producer not the valid one yet
 * @param reader of the router's partition
 */
record Connected(RouterProducer producer, StrayReader reader) implements AutoCloseable {
  /**
   * Creates both and waits until Kafka has answered each.
   *
   * @throws org.apache.kafka.common.KafkaException when it does not
   */
  static Connected to(RouterSetup setup, String uid, int partition) {
    Connected clients =
        new Connected(
            new RouterProducer(setup.kafka(), setup.pod(), setup.topic(), uid, partition),
            new StrayReader(setup.kafka(), setup.pod(), partition));
    try {
      clients.producer.connect();
      clients.reader.connect(setup.topic(), partition);
      return clients;
    } catch (RuntimeException unreachable) {
      clients.close();
      throw unreachable;
    }
  }

  @Override
  public void close() {
    producer.close();
    reader.close();
  }
}
