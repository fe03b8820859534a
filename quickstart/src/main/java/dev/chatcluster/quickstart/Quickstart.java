package dev.chatcluster.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import dev.chatcluster.quickstart.api.ApiServer;
import dev.chatcluster.quickstart.kubelet.DeploymentController;
import dev.chatcluster.quickstart.kubelet.Kubelet;
import dev.chatcluster.quickstart.kubelet.Launcher;
import dev.chatcluster.quickstart.kubelet.Pods;
import dev.chatcluster.quickstart.objects.GarbageCollector;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.StateFile;
import dev.chatcluster.quickstart.page.Commands;
import dev.chatcluster.quickstart.page.PageServer;
import dev.chatcluster.quickstart.proxy.ServiceProxy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Starts every part in the order in which they need each other, and stops them the other way. */
final class Quickstart implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Quickstart.class.getName());

  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(60);

  /** What a pod's process takes at most. */
  private static final long POD_BYTES = 256L << 20;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Consumer<String> progress;
  private final ObjectStore store = new ObjectStore();
  private StateFolder folder;
  private Ports ports;
  private Commands commands;

  private boolean closed;

  /**
   * @param progress is told in a sentence what is up
   */
  Quickstart(Consumer<String> progress) {
    this.progress = progress;
  }

  /**
   * Starts everything and returns when the processes run; their readiness is another matter.
   *
   * @throws UsageException when the user has to change something
   */
  void start(Options options) throws UsageException, IOException, InterruptedException {
    Installation installation = Installation.find();
    folder = add(StateFolder.open(options.state()));
    Launcher launcher = add(new Launcher(folder.processes()));
    ports = Ports.choose(options, folder.ports());
    String kafkaBefore = "127.0.0.1:" + Ports.kafkaOf(folder.ports()).orElse(ports.kafka());
    ports.save(folder.ports());
    commands = Commands.of(folder.path(), folder.kubeconfig(), options.hasDefaultState());

    FutureTask<EmbeddedKafka> kafka = inBackground(this::startKafka);
    add(() -> kafka.get().close());
    add(new StateFile(store, folder.objects()));
    Resources resources = new Resources(store, new ResourceTypes(store));
    Cluster cluster = new Cluster(resources);
    cluster.prepare(installation.crd());
    cluster.forgetReadiness();
    cluster.follow(kafkaBefore, bootstrapServers());
    add(new GarbageCollector(resources));
    AtomicReference<Kubelet> kubelet = new AtomicReference<>();
    ApiServer api =
        add(
            ApiServer.start(
                resources, (ns, pod, before) -> log(kubelet, ns, pod, before), ports.api()));
    Files.writeString(folder.kubeconfig(), Kubeconfig.of(api.url()));
    progress.accept("The Kubernetes API is up at " + api.url());
    add(new DeploymentController(resources));
    Path operatorLog = folder.logs().resolve("operator.log");
    List<String> operator = Processes.operator(installation.operator());
    add(new OperatorProcess(launcher, operator, folder.kubeconfig(), operatorLog));

    await(kafka);
    progress.accept("Kafka is up at " + bootstrapServers());
    kubelet.set(
        add(
            new Kubelet(
                resources,
                Processes.images(installation.consumer()),
                launcher,
                folder.logs(),
                LONGEST_BACK_OFF,
                mostPods())));
    add(new ServiceProxy(resources));
    cluster.applyExample(installation.example(), bootstrapServers());
    add(
        PageServer.start(
            store,
            actions(kubelet.get(), cluster),
            installation.chatClient(),
            commands,
            ports.page()));
    progress.accept("The page is up at http://localhost:" + ports.page());
  }

  /** As many as half of the memory holds, but always a few, and no more than a node takes. */
  private static int mostPods() {
    var machine =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return Math.clamp(machine.getTotalMemorySize() / 2 / POD_BYTES, 16, 110);
  }

  private EmbeddedKafka startKafka() throws IOException {
    return EmbeddedKafka.start(folder.kafka(), KafkaOptions.DEFAULT.withPort(ports.kafka()));
  }

  private static PageServer.Actions actions(Kubelet kubelet, Cluster clusters) {
    return new PageServer.Actions() {
      @Override
      public void kill(String namespace, String pod) {
        kubelet.kill(namespace, pod);
      }

      @Override
      public void scale(String namespace, String cluster, int partitions) {
        clusters.scale(namespace, cluster, partitions);
      }
    };
  }

  private static Optional<Path> log(
      AtomicReference<Kubelet> kubelet, String namespace, String pod, boolean before) {
    return Optional.ofNullable(kubelet.get()).flatMap(k -> k.log(namespace, pod, before));
  }

  /**
   * Waits until every ChatCluster and every pod is ready.
   *
   * @return empty when they are; else what the first that is not says
   */
  Optional<String> awaitReady(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    Optional<String> missing = notReady();
    while (missing.isPresent() && System.nanoTime() < deadline) {
      Thread.sleep(100);
      missing = notReady();
    }
    return missing;
  }

  private Optional<String> notReady() {
    for (ObjectNode cluster : store.list("chatclusters.chatcluster.dev")) {
      Optional<JsonNode> ready = Cluster.readiness(cluster);
      if (ready.isEmpty()) {
        return Optional.of("The operator has not said anything about " + Json.name(cluster));
      }
      if (!Json.text(ready.get(), "/status").equals("True")) {
        return Optional.of(Json.name(cluster) + ": " + Json.text(ready.get(), "/message"));
      }
    }
    return store.list(ResourceTypes.PODS.id()).stream()
        .filter(pod -> !Pods.isReady(pod))
        .map(pod -> "The pod " + Json.name(pod) + " is not ready")
        .findFirst();
  }

  String bootstrapServers() {
    return "127.0.0.1:" + ports.kafka();
  }

  Commands commands() {
    return commands;
  }

  Ports ports() {
    return ports;
  }

  StateFolder folder() {
    return folder;
  }

  /** The port of this machine of a Service in the namespace default; 0 when there is none. */
  int servicePort(String service) {
    return store
        .get(ResourceTypes.SERVICES.key("default", service))
        .map(s -> s.at("/spec/ports/0/nodePort").asInt())
        .orElse(0);
  }

  private <T extends AutoCloseable> T add(T part) {
    synchronized (parts) {
      if (!closed) {
        parts.push(part);
        return part;
      }
    }
    close(part);
    throw new IllegalStateException("it was told to stop while it started");
  }

  private static <T> FutureTask<T> inBackground(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name("start").start(task);
    return task;
  }

  private static void await(FutureTask<EmbeddedKafka> kafka)
      throws IOException, InterruptedException {
    try {
      kafka.get();
    } catch (ExecutionException e) {
      throw new IOException("Kafka does not start: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** Stops everything that was started; nothing starts from here on. */
  @Override
  public void close() {
    synchronized (parts) {
      closed = true;
      while (!parts.isEmpty()) {
        close(parts.pop());
      }
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, part.getClass().getSimpleName() + " did not stop cleanly", e);
    }
  }
}
