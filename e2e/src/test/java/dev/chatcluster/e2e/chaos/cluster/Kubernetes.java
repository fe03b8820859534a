package dev.chatcluster.e2e.chaos.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.chatcluster.quickstart.Cluster;
import dev.chatcluster.quickstart.Kubeconfig;
import dev.chatcluster.quickstart.Processes;
import dev.chatcluster.quickstart.api.ApiServer;
import dev.chatcluster.quickstart.kubelet.DeploymentController;
import dev.chatcluster.quickstart.kubelet.Kubelet;
import dev.chatcluster.quickstart.kubelet.Launcher;
import dev.chatcluster.quickstart.kubelet.Pods;
import dev.chatcluster.quickstart.objects.GarbageCollector;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** An API server, the controllers, a node whose pods are processes, and the operators. */
public final class Kubernetes implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Kubernetes.class.getName());
  private static final String CHAT_CLUSTERS = "chatclusters.chatcluster.dev";
  private static final String NAMESPACE = "default";
  private static final Path CRD = Path.of("../crds/chatclusters.chatcluster.dev.yaml");
  private static final Path CONSUMER = Path.of("../chat-consumer/target/chat-consumer.jar");
  private static final Path OPERATOR = Path.of("../operator/target/operator.jar");

  /** Pods are killed far more often than a cluster's patience would bear. */
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(1);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Resources resources;
  private final Cluster chatClusters;
  private final Kubelet kubelet;
  private final Operators operators;

  /**
   * Starts everything, the operator too.
   *
   * @param folder for logs, which stay
   */
  public Kubernetes(Path folder) throws IOException {
    for (Path jar : List.of(CONSUMER, OPERATOR)) {
      if (!Files.exists(jar)) {
        throw new IllegalStateException(
            jar.toAbsolutePath().normalize() + " is missing: run `mvn -pl e2e -am package` first.");
      }
    }
    Launcher launcher = add(new Launcher(folder.resolve("processes")));
    ObjectStore store = new ObjectStore();
    resources = new Resources(store, new ResourceTypes(store));
    chatClusters = new Cluster(resources);
    chatClusters.prepare(CRD);
    add(new GarbageCollector(resources));
    ApiServer api =
        add(ApiServer.start(resources, (namespace, pod, before) -> Optional.empty(), 0));
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, Kubeconfig.of(api.url()));
    add(new DeploymentController(resources));
    Path logs = folder.resolve("logs");
    kubelet =
        add(
            new Kubelet(
                resources,
                Processes.images(CONSUMER),
                launcher,
                logs,
                LONGEST_BACK_OFF,
                Integer.MAX_VALUE));
    operators = add(new Operators(launcher, Processes.operator(OPERATOR), kubeconfig, logs));
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  public Operators operators() {
    return operators;
  }

  /** Creates a ChatCluster. */
  public void create(ObjectNode chatCluster) {
    resources.create(type(), NAMESPACE, chatCluster, WriteOptions.plain());
  }

  /** What {@code kubectl scale} does. */
  public void scale(String name, int partitions) {
    chatClusters.scale(NAMESPACE, name, partitions);
  }

  /** The ChatCluster as it stands in the API. */
  public JsonNode cluster(String name) {
    return resources.store().get(key(name)).orElseThrow();
  }

  private ResourceType type() {
    return resources.types().byId(CHAT_CLUSTERS).orElseThrow();
  }

  private static Key key(String name) {
    return new Key(CHAT_CLUSTERS, NAMESPACE, name);
  }

  /** Pods that run and are not about to go, whether they are ready or not. */
  public List<Pod> pods() {
    return resources.store().list(ResourceTypes.PODS.id()).stream()
        .filter(pod -> !Json.isBeingDeleted(pod))
        .flatMap(pod -> pod(pod).stream())
        .toList();
  }

  private Optional<Pod> pod(JsonNode pod) {
    return kubelet
        .process(NAMESPACE, Json.name(pod))
        .map(process -> new Pod(Json.name(pod), webSocket(pod), Pods.isReady(pod), process));
  }

  private static URI webSocket(JsonNode pod) {
    JsonNode container = pod.at("/spec/containers/0");
    int port = Pods.localPort(container, TextNode.valueOf("client"));
    return URI.create("ws://127.0.0.1:" + port + "/ws");
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "A part of the cluster did not stop cleanly", e);
      }
    }
  }
}
