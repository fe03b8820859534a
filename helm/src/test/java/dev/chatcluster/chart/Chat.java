package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.desired.HttpRoutes;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

/** A ChatCluster on a stage, and what people do to it and to what it is made of. */
record Chat(Stage stage, String namespace, String name, Set<String> gone) {
  Chat(Stage stage, String namespace, String name) {
    this(stage, namespace, name, new HashSet<>());
  }

  /** Creates it, with further lines of its spec. */
  Chat apply(int partitions, String... specLines) {
    String yaml =
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: %s, namespace: %s}
        spec:
          partitions: %d
          kafka: {bootstrapServers: "%s"}
        """
            .formatted(name, namespace, partitions, stage.brokers);
    for (String line : specLines) yaml += "  " + line + "\n";
    stage.create(Serialization.unmarshal(yaml, ChatCluster.class));
    return this;
  }

  /** Changes its spec, with a merge patch in YAML. */
  void edit(String spec) {
    try {
      String patch = Chart.YAML.readTree("{spec: " + spec + "}").toString();
      resource().patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Resource<ChatCluster> resource() {
    return stage.admin.resources(ChatCluster.class).inNamespace(namespace).withName(name);
  }

  ChatCluster get() {
    return resource().get();
  }

  Resource<Deployment> deployment(int partition) {
    return stage
        .admin
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(name + "-partition-" + partition);
  }

  Resource<Service> service(int partition) {
    return service("partition-" + partition);
  }

  /** The Service over all pods. */
  Resource<Service> clients() {
    return service("clients");
  }

  private Resource<Service> service(String suffix) {
    return stage.admin.services().inNamespace(namespace).withName(name + "-" + suffix);
  }

  Resource<PodDisruptionBudget> budget() {
    return stage
        .admin
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(namespace)
        .withName(name + "-pods");
  }

  Resource<Ingress> ingress() {
    return stage
        .admin
        .network()
        .v1()
        .ingresses()
        .inNamespace(namespace)
        .withName(name + "-clients");
  }

  /** The way to the Service over all pods. */
  Resource<GenericKubernetesResource> clientsRoute() {
    return stage
        .admin
        .genericKubernetesResources(HttpRoutes.KIND)
        .inNamespace(namespace)
        .withName(name + "-clients");
  }

  /** Until its newest spec is realised. */
  Chat awaitReady() {
    soon(() -> assertThat(condition("Ready")).startsWith("True Ready"));
    return this;
  }

  /** Until a condition of its newest spec begins so: status, reason and message. */
  String awaitCondition(String type, String beginning) {
    soon(() -> assertThat(condition(type)).startsWith(beginning));
    return condition(type);
  }

  private String condition(String type) {
    collectGarbage();
    ChatCluster cluster = get();
    assertThat(cluster).as(toString()).isNotNull();
    return Optional.ofNullable(cluster.getStatus()).map(ChatClusterStatus::conditions).stream()
        .flatMap(List::stream)
        .filter(c -> c.getType().equals(type))
        .filter(c -> c.getObservedGeneration().equals(cluster.getMetadata().getGeneration()))
        .map((Condition c) -> c.getStatus() + " " + c.getReason() + " " + c.getMessage())
        .findFirst()
        .orElse("nothing yet of " + type);
  }

  /** Until it is gone; then what it was made of goes too. */
  void delete() {
    gone.add(uid(get()));
    resource().delete();
    soon(() -> assertThat(get()).isNull());
  }

  /** As Kubernetes does: also what an operator still made that had not seen the deletion. */
  private void collectGarbage() {
    if (gone.isEmpty()) return;
    var client = stage.admin;
    Stream.<List<? extends HasMetadata>>of(
            client.apps().deployments().inNamespace(namespace).list().getItems(),
            client.services().inNamespace(namespace).list().getItems(),
            client.policy().v1().podDisruptionBudget().inNamespace(namespace).list().getItems())
        .flatMap(List::stream)
        .filter(
            child ->
                child.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> gone.contains(owner.getUid())))
        .forEach(child -> client.resource(child).delete());
  }

  /** Until an object is there that is not the one that was deleted. */
  <R extends HasMetadata> void deleteAndAwaitAnother(Resource<R> child) {
    String former = uid(child.get());
    child.delete();
    soon(() -> assertThat(uid(child.get())).isNotEmpty().isNotEqualTo(former));
  }

  private static String uid(HasMetadata object) {
    return object == null ? "" : object.getMetadata().getUid();
  }

  /** How often an Event was said. */
  int told(String reason, String message) {
    return stage.admin.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(e -> e.getInvolvedObject().getName().equals(name))
        .filter(e -> e.getReason().equals(reason) && e.getMessage().contains(message))
        .mapToInt(e -> e.getCount() == null ? 1 : e.getCount())
        .sum();
  }

  /** Until it holds. */
  void soon(ThrowingRunnable assertion) {
    until().untilAsserted(assertion);
  }

  private ConditionFactory until() {
    return await(toString()).atMost(Duration.ofSeconds(60));
  }

  @Override
  public String toString() {
    return "ChatCluster " + namespace + "/" + name;
  }
}
