package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What the three probes of a running container say together. */
final class Health {
  /** What a look has found. */
  enum Verdict {
    SAME,
    CHANGED,
    UNHEALTHY,
    DEAD
  }

  private final String startedAt;
  private final Optional<Probe> startup;
  private final Optional<Probe> readiness;
  private final Optional<Probe> liveness;
  private final long begunMillis = System.currentTimeMillis();
  private boolean started;
  private boolean ready;
  private String why = "";

  Health(ObjectNode pod, String startedAt) {
    this.startedAt = startedAt;
    JsonNode container = pod.at("/spec/containers/0");
    startup = probe(container, "startupProbe");
    readiness = probe(container, "readinessProbe");
    liveness = probe(container, "livenessProbe");
    started = startup.isEmpty();
    ready = started && readiness.isEmpty();
  }

  private Optional<Probe> probe(JsonNode container, String name) {
    return Probe.of(container.path(name), port -> Pods.localPort(container, port), begunMillis);
  }

  ContainerState.Running state() {
    return new ContainerState.Running(startedAt, started, ready);
  }

  /** Why the last verdict was not good. */
  String why() {
    return why;
  }

  /** Asks the probes that are due. */
  Verdict look(long nowMillis) {
    if (!started) {
      Optional<Boolean> answer = startup.flatMap(p -> p.ask(nowMillis));
      if (answer.isEmpty()) {
        return Verdict.SAME;
      }
      if (!answer.get()) {
        return dead(startup, "Startup");
      }
      started = true;
      ready = readiness.isEmpty();
    }
    Optional<Boolean> lives = liveness.flatMap(p -> p.ask(nowMillis));
    if (lives.isPresent() && !lives.get()) {
      return dead(liveness, "Liveness");
    }
    Optional<Boolean> answer = readiness.flatMap(p -> p.ask(nowMillis));
    if (answer.isPresent() && answer.get() != ready) {
      ready = answer.get();
      return Verdict.CHANGED;
    }
    if (answer.isPresent() && !ready) {
      why = "Readiness probe failed: " + readiness.map(Probe::lastFailure).orElse("");
      return Verdict.UNHEALTHY;
    }
    return Verdict.SAME;
  }

  private Verdict dead(Optional<Probe> probe, String name) {
    ready = false;
    why = name + " probe failed: " + probe.map(Probe::lastFailure).orElse("");
    return Verdict.DEAD;
  }
}
