package dev.chatcluster.operator.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What is asked of one Kafka cluster, with one set of credentials; each method takes {@link
 * #TIMEOUT_MS} at most and throws {@link KafkaFailure}. Thread-safe.
 */
public final class Kafka implements AutoCloseable {
  public static final int TIMEOUT_MS = 5000;

  private final String brokers;
  private final Map<String, Object> properties;
  private final Admin admin;
  private final Transactions transactions;

  /**
   * Connects at the first request.
   *
   * @param config further properties of Kafka's clients; ours win
   */
  public Kafka(String brokers, Map<String, String> config) {
    this.brokers = brokers;
    this.properties = new HashMap<>(config);
    properties.putAll(
        Map.of(
            "bootstrap.servers",
            brokers,
            "client.id",
            "chat-operator",
            "default.api.timeout.ms",
            TIMEOUT_MS - 500,
            "request.timeout.ms",
            TIMEOUT_MS - 2000,
            "socket.connection.setup.timeout.ms",
            2000,
            "reconnect.backoff.max.ms",
            1000,
            "enable.metrics.push",
            false,
            "metric.reporters",
            ""));
    Map<String, Object> own = new HashMap<>(properties);
    // A fence asks again until the fenced transaction is decided, which takes a few milliseconds.
    own.put("retry.backoff.ms", 5);
    this.admin = create(() -> Admin.create(own));
    this.transactions = new Transactions(this, admin);
  }

  private <C> C create(Supplier<C> client) {
    try {
      return client.get();
    } catch (RuntimeException e) {
      throw failure(e, "Connect", "Kafka/" + brokers);
    }
  }

  /** What to say of {@code e}, in one sentence. */
  public KafkaFailure failure(Exception e, String operation, String object) {
    return KafkaFailure.of(e, operation, object, brokers);
  }

  /** A consumer without a group that finds every record from where it is told to begin. */
  public Consumer<byte[], byte[]> consumer(String isolation) {
    Map<String, Object> own = new HashMap<>(properties);
    own.putAll(
        Map.of(
            // Closing waits for the last fetch, which finds nothing more.
            "fetch.max.wait.ms",
            10,
            "isolation.level",
            isolation,
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "auto.offset.reset",
            "earliest"));
    return create(
        () -> new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /** A producer whose records, once acknowledged, stay, each once and in order. */
  public Producer<byte[], byte[]> producer() {
    Map<String, Object> own = new HashMap<>(properties);
    own.putAll(
        Map.of(
            "acks",
            "all",
            "enable.idempotence",
            true,
            "retry.backoff.ms",
            20,
            // With more than the delivery's time, the user's own, there would be no producer.
            "linger.ms",
            0,
            "max.block.ms",
            TIMEOUT_MS,
            "delivery.timeout.ms",
            TIMEOUT_MS));
    return create(
        () -> new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  public String clusterId() {
    return await("Describe", "Kafka/" + brokers, admin.describeCluster().clusterId());
  }

  public Optional<TopicDescription> describe(String topic) {
    KafkaFuture<TopicDescription> found =
        admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
    return unless(
        UnknownTopicOrPartitionException.class,
        () -> ask("Describe", object(topic), found, UnknownTopicOrPartitionException.class));
  }

  /** Its configuration in force, defaults included. */
  public Map<String, String> config(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return await(
            "DescribeConfigs",
            object(topic),
            admin.describeConfigs(List.of(resource)).values().get(resource))
        .entries()
        .stream()
        .filter(entry -> entry.value() != null)
        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
  }

  /**
   * Creates a topic and waits until it can be described.
   *
   * @param replicas or null for the broker's default
   * @return false when it exists already
   */
  public boolean create(
      String topic, int partitions, Integer replicas, Map<String, String> config) {
    NewTopic wanted =
        new NewTopic(
                topic,
                Optional.of(partitions),
                Optional.ofNullable(replicas).map(Integer::shortValue))
            .configs(config);
    boolean created =
        unless(
                TopicExistsException.class,
                () -> {
                  ask(
                      "Create",
                      object(topic),
                      admin.createTopics(List.of(wanted)).all(),
                      TopicExistsException.class);
                  return true;
                })
            .orElse(false);
    awaitPartitions(topic, partitions);
    return created;
  }

  /** Adds partitions and waits until they can be described. */
  public void grow(String topic, int partitions) {
    await(
        "Alter",
        object(topic),
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    awaitPartitions(topic, partitions);
  }

  private void awaitPartitions(String topic, int partitions) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
    while (describe(topic).map(d -> d.partitions().size() < partitions).orElse(true)) {
      if (System.nanoTime() > deadline) {
        throw failure(new java.util.concurrent.TimeoutException(), "Describe", object(topic));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: the operator stops", e);
    }
  }

  public void alter(String topic, Map<String, String> config) {
    List<AlterConfigOp> sets =
        config.entrySet().stream()
            .map(
                e ->
                    new AlterConfigOp(
                        new ConfigEntry(e.getKey(), e.getValue()), AlterConfigOp.OpType.SET))
            .toList();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    await(
        "AlterConfigs", object(topic), admin.incrementalAlterConfigs(Map.of(resource, sets)).all());
  }

  /** Where each partition ends now. */
  public List<Long> endOffsets(String topic, int partitions) {
    return offsets(topic, partitions, OffsetSpec.latest());
  }

  /** Where each partition begins: what lay before is gone. */
  public List<Long> startOffsets(String topic, int partitions) {
    return offsets(topic, partitions, OffsetSpec.earliest());
  }

  /** The first record of each partition that is not older than that; -1 where there is none. */
  public List<Long> offsetsSince(String topic, int partitions, Instant time) {
    return offsets(topic, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
  }

  private List<Long> offsets(String topic, int partitions, OffsetSpec which) {
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    var asked = all.stream().collect(Collectors.toMap(Function.identity(), _ -> which));
    var offsets = await("Describe", object(topic), admin.listOffsets(asked).all());
    return all.stream().map(p -> offsets.get(p).offset()).toList();
  }

  /** What a group has committed; empty when there is no such group. */
  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    return committed(group, false);
  }

  /** The same, without the partitions for which a transaction is about to commit. */
  public Map<TopicPartition, OffsetAndMetadata> stableCommitted(String group) {
    return committed(group, true);
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group, boolean stable) {
    ListConsumerGroupOffsetsOptions options =
        new ListConsumerGroupOffsetsOptions().requireStable(stable);
    return unless(
            GroupIdNotFoundException.class,
            () ->
                ask(
                    "Describe",
                    "Group/" + group,
                    admin.listConsumerGroupOffsets(group, options).partitionsToOffsetAndMetadata(),
                    GroupIdNotFoundException.class))
        .orElse(Map.of());
  }

  /** Commits an offset of a group that has no members. */
  public void commit(String group, TopicPartition partition, long offset) {
    await(
        "Read",
        "Group/" + group,
        admin
            .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
            .all());
  }

  public Transactions transactions() {
    return transactions;
  }

  /** Deletes the topic of that id, never a later one of the same name; it may be gone already. */
  public void delete(String topic, Uuid id) {
    unless(
        UnknownTopicIdException.class,
        () ->
            ask(
                "Delete",
                object(topic),
                admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all(),
                UnknownTopicIdException.class));
  }

  /** What an answer says, {@link #TIMEOUT_MS} from now at the latest. */
  public <T> T await(String operation, String object, Future<T> answer) {
    return ask(operation, object, answer, null);
  }

  private <T> T ask(
      String operation, String object, Future<T> answer, Class<? extends Exception> expected) {
    try {
      return answer.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (expected != null && expected.isInstance(e.getCause())) {
        throw (RuntimeException) e.getCause();
      }
      throw failure(e, operation, object);
    } catch (java.util.concurrent.TimeoutException e) {
      throw failure(e, operation, object);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: the operator stops", e);
    }
  }

  private static <T> Optional<T> unless(Class<? extends Exception> expected, Supplier<T> request) {
    try {
      return Optional.ofNullable(request.get());
    } catch (RuntimeException e) {
      if (expected.isInstance(e)) return Optional.empty();
      throw e;
    }
  }

  public static String object(String topic) {
    return "Topic/" + topic;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
