package dev.chatcluster.operator.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What is asked of one Kafka cluster, with one set of credentials; each method takes {@link
 * #TIMEOUT_MS} at most and throws {@link KafkaFailure}. Thread-safe.
 */
final class Kafka implements AutoCloseable {
  static final int TIMEOUT_MS = 5000;

  private final String brokers;
  private final Map<String, Object> properties;
  private final Admin admin;

  /**
   * Connects at the first request.
   *
   * @param config further properties of Kafka's clients; ours win
   */
  Kafka(String brokers, Map<String, String> config) {
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
    this.admin = create(() -> Admin.create(properties));
  }

  /** A client beside the admin, whose failures are told in the same way. */
  <C> C create(Supplier<C> client) {
    try {
      return client.get();
    } catch (RuntimeException e) {
      throw failure(e, "Connect", "Kafka/" + brokers);
    }
  }

  KafkaFailure failure(Exception e, String operation, String object) {
    return KafkaFailure.of(e, operation, object, brokers);
  }

  /** Properties for such a client. */
  Map<String, Object> properties() {
    return new HashMap<>(properties);
  }

  String clusterId() {
    return ask("Describe", "Kafka/" + brokers, admin.describeCluster().clusterId());
  }

  Optional<TopicDescription> describe(String topic) {
    KafkaFuture<TopicDescription> found =
        admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
    return unless(
        UnknownTopicOrPartitionException.class,
        () -> ask("Describe", object(topic), found, UnknownTopicOrPartitionException.class));
  }

  /** Its configuration in force, defaults included. */
  Map<String, String> config(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return ask(
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
  boolean create(String topic, int partitions, Integer replicas, Map<String, String> config) {
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
  void grow(String topic, int partitions) {
    ask(
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

  void alter(String topic, Map<String, String> config) {
    List<AlterConfigOp> sets =
        config.entrySet().stream()
            .map(
                e ->
                    new AlterConfigOp(
                        new ConfigEntry(e.getKey(), e.getValue()), AlterConfigOp.OpType.SET))
            .toList();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ask("AlterConfigs", object(topic), admin.incrementalAlterConfigs(Map.of(resource, sets)).all());
  }

  List<Long> endOffsets(String topic, int partitions) {
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    var offsets =
        ask(
            "Describe",
            object(topic),
            admin
                .listOffsets(
                    all.stream()
                        .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest())))
                .all());
    return all.stream().map(p -> offsets.get(p).offset()).toList();
  }

  /** What a group has committed; empty when there is no such group. */
  Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    return unless(
            GroupIdNotFoundException.class,
            () ->
                ask(
                    "Describe",
                    "Group/" + group,
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
                    GroupIdNotFoundException.class))
        .orElse(Map.of());
  }

  /** Deletes the topic of that id, never a later one of the same name; it may be gone already. */
  void delete(String topic, Uuid id) {
    unless(
        UnknownTopicIdException.class,
        () ->
            ask(
                "Delete",
                object(topic),
                admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all(),
                UnknownTopicIdException.class));
  }

  private <T> T ask(String operation, String object, KafkaFuture<T> answer) {
    return ask(operation, object, answer, null);
  }

  private <T> T ask(
      String operation, String object, KafkaFuture<T> answer, Class<? extends Exception> expected) {
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

  static String object(String topic) {
    return "Topic/" + topic;
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(1));
  }
}
