package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Change;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The one node: takes pods while it has room, and has a {@link PodRunner} for each. */
public final class Kubelet implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Kubelet.class.getName());
  private static final String NODE = "quickstart";
  private static final Duration GRACE_AT_THE_END = Duration.ofSeconds(5);

  private final Resources resources;
  private final Image.Source images;
  private final Launcher launcher;
  private final Path logs;
  private final Duration longestBackOff;
  private final int mostPods;
  private final EventRecorder events;
  private final ObjectStore.Watch watch;
  private final LinkedBlockingQueue<Key> changed = new LinkedBlockingQueue<>();
  private final Map<Key, Running> running = new ConcurrentHashMap<>();

  /** Pods that found no room, in the order of their coming; of the one thread. */
  private final SequencedSet<Key> waiting = new LinkedHashSet<>();

  private final Thread thread;

  private record Running(PodRunner runner, Thread thread, String uid) {}

  /**
   * Starts to run pods, first those that are there.
   *
   * @param logs folder for the containers' output
   * @param longestBackOff between two starts of a container that ends again and again, from 1 s
   * @param mostPods that have room; others wait until one is gone
   * @throws IOException when the folder cannot be written
   */
  public Kubelet(
      Resources resources,
      Image.Source images,
      Launcher launcher,
      Path logs,
      Duration longestBackOff,
      int mostPods)
      throws IOException {
    this.resources = resources;
    this.images = images;
    this.launcher = launcher;
    this.logs = Files.createDirectories(logs);
    this.longestBackOff = longestBackOff;
    this.mostPods = mostPods;
    this.events = new EventRecorder(resources, "scheduler");
    ObjectStore store = resources.store();
    synchronized (store) {
      watch =
          store.watch(
              key -> key.type().equals(ResourceTypes.PODS.id()), store.version(), this::noticed);
      store
          .list(ResourceTypes.PODS.id())
          .forEach(p -> changed.add(ResourceTypes.PODS.key(Json.namespace(p), Json.name(p))));
    }
    thread = Thread.ofVirtual().name("kubelet").start(this::work);
  }

  private void noticed(Change change) {
    changed.add(change.key());
  }

  /** Where a pod's output is; empty when it has none. */
  public Optional<Path> log(String namespace, String pod, boolean previous) {
    Path log = logFile(ResourceTypes.PODS.key(namespace, pod));
    return Optional.of(previous ? PodRunner.previous(log) : log).filter(Files::exists);
  }

  /** Kills a pod's process as {@code kill -9} does; without effect when none runs. */
  public void kill(String namespace, String pod) {
    process(namespace, pod).ifPresent(Process::destroyForcibly);
  }

  /** A pod's process; empty when none runs. */
  public Optional<Process> process(String namespace, String pod) {
    return Optional.ofNullable(running.get(ResourceTypes.PODS.key(namespace, pod)))
        .flatMap(runs -> runs.runner().process())
        .filter(Process::isAlive);
  }

  private Path logFile(Key key) {
    return logs.resolve(key.namespace() + "." + key.name() + ".log");
  }

  private void work() {
    try {
      while (true) {
        Key key = changed.take();
        try {
          attend(key);
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "Pod " + key.name() + " could not be attended to", e);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void attend(Key key) {
    Optional<ObjectNode> pod = resources.store().get(key);
    Running runs = running.get(key);
    if (runs != null && pod.map(p -> !Json.uid(p).equals(runs.uid())).orElse(true)) {
      // Deleted without grace, or replaced by another of its name.
      runs.runner().stop(Duration.ZERO);
      if (isRunning(runs)) {
        return;
      }
      leave(key);
      forgetLogs(key);
      attend(key);
    } else if (pod.isPresent() && Json.isBeingDeleted(pod.get())) {
      end(key, pod.get(), runs);
    } else if (pod.isEmpty()) {
      waiting.remove(key);
    } else if (runs == null && running.size() < mostPods) {
      waiting.remove(key);
      begin(key);
    } else if (runs == null && waiting.add(key)) {
      refuse(key, pod.get());
    }
  }

  private void refuse(Key key, ObjectNode pod) {
    String why =
        "0/1 nodes are available: 1 Too many pods. Each is a process here, and this machine's memory"
            + " is for "
            + mostPods;
    resources.updateStatus(
        ResourceTypes.PODS,
        key,
        now -> {
          now.set("status", PodStatus.unschedulable(now, why));
          return now;
        });
    events.warning(pod, "FailedScheduling", why);
  }

  /** Whoever waits longest is looked at again. */
  private void leave(Key key) {
    running.remove(key);
    if (!waiting.isEmpty()) {
      changed.add(waiting.removeFirst());
    }
  }

  private void begin(Key key) {
    ObjectNode pod =
        resources.update(
            ResourceTypes.PODS,
            key,
            Resources.Part.ALL_BUT_STATUS,
            copy -> {
              Json.child(copy, "spec").put("nodeName", NODE);
              return copy;
            },
            WriteOptions.plain());
    PodRunner runner =
        new PodRunner(key, resources, images, launcher, logFile(key), longestBackOff);
    Thread thread =
        Thread.ofVirtual()
            .name("pod-" + key.name())
            .start(
                () -> {
                  try {
                    runner.run();
                  } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                  } catch (Refused gone) {
                    LOG.log(Level.FINE, "{0}", gone.getMessage());
                  } catch (RuntimeException e) {
                    LOG.log(Level.WARNING, "Pod " + key.name() + " is given up", e);
                  }
                  changed.add(key);
                });
    running.put(key, new Running(runner, thread, Json.uid(pod)));
  }

  private void end(Key key, ObjectNode pod, Running runs) {
    if (runs != null) {
      long seconds = pod.at("/metadata/deletionGracePeriodSeconds").asLong(30);
      runs.runner().stop(Duration.ofSeconds(seconds));
      if (isRunning(runs)) {
        return;
      }
      leave(key);
    }
    waiting.remove(key);
    forgetLogs(key);
    ObjectNode now = Json.object().put("gracePeriodSeconds", 0);
    now.putObject("preconditions").put("uid", Json.uid(pod));
    try {
      resources.delete(ResourceTypes.PODS, key, now, false);
    } catch (Refused goneMeanwhile) {
      LOG.log(Level.FINE, "{0}", goneMeanwhile.getMessage());
    }
  }

  /** A thread's last act is to put its pod into the queue, when it still counts as alive. */
  private static boolean isRunning(Running runs) {
    try {
      return !runs.thread().join(Duration.ofMillis(50));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void forgetLogs(Key key) {
    for (Path file : List.of(logFile(key), PodRunner.previous(logFile(key)))) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.log(Level.FINE, "{0} stays", file);
      }
    }
  }

  /** Stops every container; the pods stay, and are run again at the next start. */
  @Override
  public void close() {
    watch.close();
    thread.interrupt();
    try {
      thread.join();
      running.values().forEach(runs -> runs.runner().stop(GRACE_AT_THE_END));
      for (Running runs : running.values()) {
        runs.thread().join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
