package dev.chatcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.log.Logging;
import dev.chatcluster.operator.reconcile.Pace;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.test.Patience;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** An operator at work on some API, and what tests ask of that API. */
final class World implements AutoCloseable {
  static final String NAMESPACE = "chat";
  private static final String IMAGE = "chat-consumer:test";

  static {
    Logging.start("ERROR", false);
  }

  static final Duration SOON = Patience.LONG;

  /** No resync and no end of a farewell's patience in a test's time, unless it asks for one. */
  private static final Pace PACE = withFarewell(Duration.ofMinutes(10));

  final KubernetesClient client;
  private final ChatOperator operator;

  World(KubernetesClient client) {
    this(client, PACE);
  }

  /** An operator of another version, whose pods are of another image. */
  World(KubernetesClient client, String consumerImage) {
    this(client, client, PACE, InstantSource.system(), consumerImage);
  }

  World(KubernetesClient client, Pace pace) {
    this(client, client, pace);
  }

  World(KubernetesClient client, InstantSource clock) {
    this(client, client, PACE, clock, IMAGE);
  }

  World(KubernetesClient client, KubernetesClient operators, Pace pace) {
    this(client, operators, pace, InstantSource.system(), IMAGE);
  }

  /** The operator acts as its own client may, the tests as theirs. */
  private World(
      KubernetesClient client,
      KubernetesClient operators,
      Pace pace,
      InstantSource clock,
      String consumerImage) {
    this.client = client;
    operator = new ChatOperator(operators, Set.of(NAMESPACE), consumerImage, "test", pace, clock);
    operator.start();
  }

  static Pace withFarewell(Duration patience) {
    return new Pace(Duration.ofHours(1), Duration.ofMillis(100), Duration.ofMillis(500), patience);
  }

  static ChatCluster cluster(String yaml) {
    return new KubernetesSerialization().unmarshal(yaml, ChatCluster.class);
  }

  /** A ChatCluster of that name and topic, with further lines of its spec. */
  static ChatCluster cluster(String name, int partitions, String brokers, String... specLines) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: chatcluster.dev/v1
            kind: ChatCluster
            metadata: {name: %s, namespace: %s}
            spec:
              partitions: %d
            """
                .formatted(name, NAMESPACE, partitions));
    boolean kafkaGiven = false;
    for (String line : specLines) {
      kafkaGiven |= line.startsWith("kafka:");
      yaml.append("  ").append(line).append('\n');
    }
    if (!kafkaGiven) yaml.append("  kafka: {bootstrapServers: \"" + brokers + "\"}\n");
    return cluster(yaml.toString());
  }

  ChatCluster apply(ChatCluster cluster) {
    return client.resource(cluster).create();
  }

  Resource<ChatCluster> resource(String name) {
    return client.resources(ChatCluster.class).inNamespace(NAMESPACE).withName(name);
  }

  ChatCluster get(String name) {
    return resource(name).get();
  }

  /** Replaces the spec by that of the ChatCluster given. */
  void change(ChatCluster wanted) {
    await()
        .ignoreExceptionsMatching(World::conflict)
        .until(
            () -> {
              resource(wanted.getMetadata().getName())
                  .edit(
                      there -> {
                        there.setSpec(wanted.getSpec());
                        return there;
                      });
              return true;
            });
  }

  /** Changes the spec, and waits until the operator has acted on it. */
  void changeAndAwait(ChatCluster wanted) {
    String name = wanted.getMetadata().getName();
    change(wanted);
    await()
        .atMost(SOON)
        .until(
            () -> {
              ChatCluster now = get(name);
              return now.getMetadata().getGeneration().equals(now.getStatus().observedGeneration());
            });
  }

  private static boolean conflict(Throwable e) {
    return e instanceof KubernetesClientException k
        && k.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  Resource<Deployment> deployment(String name) {
    return client.apps().deployments().inNamespace(NAMESPACE).withName(name);
  }

  Resource<Service> service(String name) {
    return client.services().inNamespace(NAMESPACE).withName(name);
  }

  List<String> names(Class<? extends HasMetadata> type) {
    return client.resources(type).inNamespace(NAMESPACE).list().getItems().stream()
        .map(r -> r.getMetadata().getName())
        .sorted()
        .toList();
  }

  /** Plays Kubernetes' garbage collector. */
  void deleteChildrenOf(String uid) {
    Stream.<List<? extends HasMetadata>>of(
            client.apps().deployments().inNamespace(NAMESPACE).list().getItems(),
            client.services().inNamespace(NAMESPACE).list().getItems(),
            client.policy().v1().podDisruptionBudget().inNamespace(NAMESPACE).list().getItems())
        .flatMap(List::stream)
        .filter(
            child ->
                child.getMetadata().getOwnerReferences().stream()
                    .anyMatch(o -> uid.equals(o.getUid())))
        .forEach(child -> client.resource(child).delete());
  }

  Condition condition(String name, String type) {
    ChatCluster cluster = get(name);
    if (cluster == null || cluster.getStatus() == null) return new Condition();
    return cluster.getStatus().conditions().stream()
        .filter(c -> c.getType().equals(type))
        .findFirst()
        .orElseGet(Condition::new);
  }

  /** Waits until Ready has that reason, about the newest generation, and returns its message. */
  String awaitReady(String name, String reason) {
    return awaitCondition(name, "Ready", reason);
  }

  String awaitCondition(String name, String type, String reason) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Condition condition = condition(name, type);
              assertThat(condition.getReason()).isEqualTo(reason);
              assertThat(condition.getObservedGeneration())
                  .isEqualTo(get(name).getMetadata().getGeneration());
            });
    return condition(name, type).getMessage();
  }

  /** Plays the Deployment controller and the kubelet: every pod is of its template, and ready. */
  void podsCome(String... deployments) {
    for (String each : deployments) setPods(each, true, true);
  }

  void setPods(String deployment, boolean updated, boolean ready) {
    setStatus(
        deployment,
        d -> {
          int replicas = d.getSpec().getReplicas();
          d.setStatus(
              new DeploymentBuilder(d)
                  .editOrNewStatus()
                  .withObservedGeneration(d.getMetadata().getGeneration())
                  .withReplicas(replicas)
                  .withUpdatedReplicas(updated ? replicas : 0)
                  .withReadyReplicas(ready ? replicas : null)
                  .endStatus()
                  .build()
                  .getStatus());
        });
  }

  void setStatus(String deployment, Consumer<Deployment> change) {
    deployment(deployment)
        .editStatus(
            d -> {
              change.accept(d);
              return d;
            });
  }

  /** Plays routers that have passed all there is. */
  void routersPass(String topic, String brokers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      int count =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int p = 0; p < count; p++) ends.put(new TopicPartition(topic, p), OffsetSpec.latest());
      Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
      admin
          .listOffsets(ends)
          .all()
          .get()
          .forEach((p, end) -> passed.put(p, new OffsetAndMetadata(end.offset())));
      admin.alterConsumerGroupOffsets(Names.routerGroup(topic), passed).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  List<Event> events(String reason) {
    return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
        .filter(e -> e.getReason().equals(reason))
        .toList();
  }

  Event awaitEvent(String reason) {
    await().atMost(SOON).until(() -> !events(reason).isEmpty());
    return events(reason).getFirst();
  }

  String metrics() {
    return operator.metrics();
  }

  @Override
  public void close() {
    operator.close();
  }
}
