package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.kafka.FreePorts;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs one pod's container as a process, again and again until it is told to stop; one thread each.
 * Owns the pod's status.
 */
final class PodRunner {
  private static final long TICK_MILLIS = 100;
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  private final Key key;
  private final Resources resources;
  private final Image.Source images;
  private final Launcher launcher;
  private final Path log;
  private final Duration longestBackOff;
  private final EventRecorder events;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Duration grace = Duration.ZERO;
  private volatile Process process;
  private int restarts;
  private ContainerState.Terminated last;

  PodRunner(
      Key key,
      Resources resources,
      Image.Source images,
      Launcher launcher,
      Path log,
      Duration longestBackOff) {
    this.key = key;
    this.resources = resources;
    this.images = images;
    this.launcher = launcher;
    this.log = log;
    this.longestBackOff = longestBackOff;
    this.events = new EventRecorder(resources, "kubelet");
  }

  /** Asks the container to end, and kills it after a time; only the first call counts. */
  void stop(Duration grace) {
    if (stopping.getCount() > 0) {
      this.grace = grace;
      stopping.countDown();
    }
  }

  /** The container's process, which may have ended; empty before the first. */
  Optional<Process> process() {
    return Optional.ofNullable(process);
  }

  /** Returns once the container has ended for good. */
  void run() throws InterruptedException {
    takeUpFromBefore();
    Duration backOff = Duration.ZERO;
    while (stopping.getCount() > 0) {
      long begun = System.nanoTime();
      runContainer();
      Duration ran = Duration.ofNanos(System.nanoTime() - begun);
      if (stopping.getCount() == 0) {
        return;
      }
      restarts++;
      boolean again = !backOff.isZero() && ran.compareTo(FORGIVEN_AFTER) <= 0;
      backOff = again ? min(backOff.multipliedBy(2), longestBackOff) : FIRST_BACK_OFF;
      if (again) {
        backOff(backOff);
      }
      stopping.await(backOff.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void backOff(Duration time) {
    String message = "back-off %ds restarting failed container".formatted(time.toSeconds());
    show(new ContainerState.Waiting("CrashLoopBackOff", message));
    pod().ifPresent(p -> events.warning(p, "BackOff", "Back-off restarting failed container"));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** A pod that ran when the quickstart ended goes on as one whose node was restarted. */
  private void takeUpFromBefore() {
    JsonNode before = pod().map(p -> p.at("/status/containerStatuses/0")).orElse(Json.object());
    restarts = before.path("restartCount").asInt();
    if (before.at("/state").has("running")) {
      String since = Json.text(before, "/state/running/startedAt");
      last = new ContainerState.Terminated(255, "Unknown", "", since, Json.now());
      restarts++;
    }
  }

  private Optional<ObjectNode> pod() {
    return resources.store().get(key);
  }

  private void show(ContainerState state) {
    resources.updateStatus(
        ResourceTypes.PODS,
        key,
        pod -> {
          pod.set("status", PodStatus.of(pod, state, last, restarts));
          return pod;
        });
  }

  private void runContainer() throws InterruptedException {
    Optional<ObjectNode> found = pod();
    if (found.isEmpty()) {
      return;
    }
    JsonNode container = found.get().at("/spec/containers/0");
    String name = Json.text(container, "/image");
    Optional<Image> image = images.find(name);
    if (image.isEmpty()) {
      String why = "the quickstart has no image " + name;
      show(new ContainerState.Waiting("ErrImagePull", why));
      events.warning(found.get(), "Failed", why);
      stopping.await();
      return;
    }
    String startedAt = Json.now();
    ObjectNode pod = withFreePorts(found.get());
    try {
      process = start(pod, image.get());
    } catch (IOException e) {
      cannotStart(pod, "CreateContainerError", e.getMessage());
      return;
    } catch (IllegalStateException e) {
      cannotStart(pod, "CreateContainerConfigError", e.getMessage());
      return;
    }
    events.normal(pod, "Started", "Started container " + Json.text(container, "/name"));
    try {
      attend(pod, process, startedAt);
    } finally {
      process.destroyForcibly().waitFor();
    }
    int code = process.exitValue();
    last =
        new ContainerState.Terminated(
            code,
            code == 0 ? "Completed" : "Error",
            code == 0 ? "" : LogTail.of(log),
            startedAt,
            Json.now());
    show(last);
  }

  private void cannotStart(ObjectNode pod, String reason, String message) {
    show(new ContainerState.Waiting(reason, message));
    events.warning(pod, "Failed", "Error: " + message);
  }

  /** Every port that the container declares is a free port of this machine. */
  private ObjectNode withFreePorts(ObjectNode pod) {
    return resources.update(
        ResourceTypes.PODS,
        key,
        Resources.Part.ALL_BUT_STATUS,
        copy -> {
          for (JsonNode port : copy.at("/spec/containers/0/ports")) {
            if (!FreePorts.isFree(port.path("hostPort").asInt())) {
              Json.objectOf(port).put("hostPort", FreePorts.next());
            }
          }
          return copy;
        },
        WriteOptions.plain());
  }

  private Process start(ObjectNode pod, Image image) throws IOException {
    JsonNode container = pod.at("/spec/containers/0");
    Map<String, String> environment =
        new LinkedHashMap<>(Environment.of(pod, container, resources.store()));
    for (JsonNode port : container.path("ports")) {
      String variable = image.portVariables().get(Json.text(port, "/name"));
      if (variable != null) {
        environment.put(variable, port.path("hostPort").asText());
      }
    }
    environment.putAll(image.environment());
    if (Files.exists(log)) {
      Files.move(log, previous(log), StandardCopyOption.REPLACE_EXISTING);
    }
    return launcher.start(image.command(), environment, log);
  }

  /** Where the log of the container before the last restart is. */
  static Path previous(Path log) {
    return log.resolveSibling(log.getFileName() + ".previous");
  }

  /** Probes while it runs; ends it when it is told to or when it does not live. */
  private void attend(ObjectNode pod, Process process, String startedAt)
      throws InterruptedException {
    Health health = new Health(pod, startedAt);
    show(health.state());
    while (process.isAlive()) {
      if (stopping.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        show(new ContainerState.Running(startedAt, true, false));
        events.normal(pod, "Killing", "Stopping container");
        process.destroy();
        process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
        return;
      }
      if (!process.isAlive()) {
        return;
      }
      Health.Verdict verdict = health.look(System.currentTimeMillis());
      switch (verdict) {
        case SAME -> {}
        case CHANGED -> show(health.state());
        case UNHEALTHY -> events.warning(pod, "Unhealthy", health.why());
        case DEAD -> {
          show(health.state());
          events.warning(pod, "Killing", "Container failed its probe, will be restarted");
          process.destroy();
          long seconds = pod.at("/spec/terminationGracePeriodSeconds").asLong(30);
          process.waitFor(seconds, TimeUnit.SECONDS);
          return;
        }
      }
    }
  }
}
