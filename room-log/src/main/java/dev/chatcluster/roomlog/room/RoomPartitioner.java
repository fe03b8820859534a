package dev.chatcluster.roomlog.room;

import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;

/**
 * For producers that write to rooms: set it as {@code partitioner.class}. Its partition count comes
 * from the configuration and never from the topic, so that a topic that grows reorders nothing.
 *
 * <table>
 * <caption>Configuration</caption>
 * <tr><th>key</th><th>value</th></tr>
 * <tr><td>{@value #PARTITIONS}</td><td>int, required, at least 1</td></tr>
 * <tr><td>{@value #PARTITIONING}</td><td>KafkaDefault (the default), Modulo or Jump</td></tr>
 * <tr><td>{@value #SOURCE}</td><td>Key (the default) or {@code Json:<pointer>}; a partitioner is not
 * shown a record's headers</td></tr>
 * </table>
 */
public final class RoomPartitioner implements Partitioner {
  /** The count of partitions that rooms are spread over: an int, required. */
  public static final String PARTITIONS = "chatcluster.rooms.partitions";

  /** As {@code spec.rooms.partitioning} of the ChatCluster. */
  public static final String PARTITIONING = "chatcluster.rooms.partitioning";

  /** As {@code spec.rooms.source} of the ChatCluster: {@code Key} or {@code Json:<pointer>}. */
  public static final String SOURCE = "chatcluster.rooms.source";

  private int partitions;
  private Partitioning partitioning;
  private RoomSource source;

  /** For Kafka's producer, which calls {@link #configure}. */
  public RoomPartitioner() {}

  @Override
  public void configure(Map<String, ?> configs) {
    partitions = count(configs.get(PARTITIONS));
    partitioning =
        setting(configs, PARTITIONING, Partitioning.KAFKA_DEFAULT, Partitioning::ofApiName);
    source = setting(configs, SOURCE, new RoomSource.Key(), RoomSource::parse);
    if (source instanceof RoomSource.Header) {
      throw new ConfigException(
          SOURCE, source, "a partitioner is not shown headers; choose the partition yourself");
    }
  }

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    Located located = source.locate(keyBytes, null, valueBytes);
    if (located instanceof Located.In in) return partitioning.partition(in.room(), partitions);
    throw new InvalidRecordException(
        "the record is in no room (" + located + "): " + source + " must lead to a room id");
  }

  @Override
  public void close() {}

  private static int count(Object value) {
    try {
      int count = Integer.parseInt(String.valueOf(value).trim());
      if (count >= 1) return count;
    } catch (NumberFormatException notANumber) {
      // told below, as for any other wrong value
    }
    throw new ConfigException(
        PARTITIONS, value, "set the ChatCluster's partition count, 1 or more");
  }

  private static <T> T setting(
      Map<String, ?> configs, String name, T absent, Function<String, T> parser) {
    Object value = configs.get(name);
    if (value == null) return absent;
    try {
      return parser.apply(value.toString());
    } catch (IllegalArgumentException wrong) {
      throw new ConfigException(name, value, wrong.getMessage());
    }
  }
}
