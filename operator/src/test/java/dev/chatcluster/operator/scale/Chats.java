package dev.chatcluster.operator.scale;

import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.real.OperatorProcess;
import dev.chatcluster.operator.status.StatusPage;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** ChatClusters of one namespace, and how far they are. */
final class Chats {
  private final KubernetesClient client;
  private final String namespace;
  private final String brokers;
  private final OperatorProcess operator;

  Chats(KubernetesClient client, String namespace, String brokers, OperatorProcess operator) {
    this.client = client;
    this.namespace = namespace;
    this.brokers = brokers;
    this.operator = operator;
  }

  void create(String name, int partitions) {
    client
        .resource(
            client
                .getKubernetesSerialization()
                .unmarshal(
                    """
                    apiVersion: chatcluster.dev/v1
                    kind: ChatCluster
                    metadata: {name: %s, namespace: %s}
                    spec:
                      partitions: %d
                      kafka: {bootstrapServers: "%s"}
                    """
                        .formatted(name, namespace, partitions, brokers),
                    ChatCluster.class))
        .create();
  }

  /**
   * Waits until there are that many Deployments, and a Service for each and each ChatCluster. They
   * are counted once the statuses say so: to list hundreds all the time would keep the API server
   * from its work.
   */
  void awaitChildren(int deployments, int chatClusters, Duration longest) {
    await()
        .atMost(longest)
        .pollInterval(deployments > 500 ? Duration.ofSeconds(1) : Duration.ofMillis(20))
        .until(
            () ->
                alive()
                    && all(chatClusters, Chats::hasPartitions)
                    && count("apps/v1", "Deployment") == deployments
                    && count("v1", "Service") == deployments + chatClusters);
  }

  private int count(String apiVersion, String kind) {
    return client
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/managed-by", "chat-operator")
        .list()
        .getItems()
        .size();
  }

  void awaitReady(int chatClusters, Duration longest) {
    await()
        .atMost(longest)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> alive() && all(chatClusters, StatusPage::ready));
  }

  private boolean all(int chatClusters, Predicate<ChatCluster> are) {
    List<ChatCluster> all =
        client.resources(ChatCluster.class).inNamespace(namespace).list().getItems();
    return all.size() == chatClusters && all.stream().allMatch(are);
  }

  /** Nothing is to be waited for without it. */
  private boolean alive() {
    if (!operator.isAlive()) throw new IllegalStateException("the operator has ended, see its log");
    return true;
  }

  /** Written when their children are made. */
  private static boolean hasPartitions(ChatCluster cluster) {
    return cluster.getStatus() != null && cluster.getStatus().partitions() != null;
  }
}
