package dev.chatcluster.consumer;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer that has never heard of rooms: it writes what it is told, where it is told. */
public final class Log implements AutoCloseable {
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;

  public Log(String bootstrap, String topic) {
    this(bootstrap, topic, Map.of());
  }

  public Log(String bootstrap, String topic, Map<String, Object> more) {
    this.topic = topic;
    Map<String, Object> all = new java.util.HashMap<>(more);
    all.put("bootstrap.servers", bootstrap);
    all.put("linger.ms", 0);
    producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  public ProducerRecord<byte[], byte[]> record(int partition, String key, String value) {
    return new ProducerRecord<>(topic, partition, bytes(key), bytes(value));
  }

  public Future<RecordMetadata> write(int partition, String key, String value) {
    return producer.send(record(partition, key, value));
  }

  /** Writes and waits; the offset. */
  public long put(int partition, String key, String value) {
    return put(record(partition, key, value));
  }

  public long put(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record).get().offset();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
  }
}
