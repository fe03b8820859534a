package dev.chatcluster.operator.event;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Says what is new in a status: what went wrong, what is over, what is up. */
public final class StatusEvents {
  private final Events events;

  public StatusEvents(Events events) {
    this.events = events;
  }

  /** Writes the Events between two statuses of {@code cluster}; {@code before} may be null. */
  public void tell(ChatCluster cluster, ChatClusterStatus before, ChatClusterStatus after) {
    List<Problem> old = before == null ? List.of() : before.problems();
    for (Problem problem : after.problems()) {
      if (old.stream().noneMatch(p -> same(p, problem))) {
        events.warning(cluster, problem.reason(), problem.message());
      }
    }
    Set<Integer> up = new HashSet<>();
    for (Problem problem : old) {
      if (after.problems().stream().anyMatch(p -> same(p, problem))) continue;
      Integer partition = problem.partition();
      boolean stillWrong =
          after.problems().stream().anyMatch(p -> Objects.equals(p.partition(), partition));
      if (partition == null) {
        events.normal(cluster, "Resolved", problem.reason() + " is over: " + problem.object());
      } else if (!stillWrong && up.add(partition)) {
        events.normal(cluster, "PartitionUp", "partition " + partition + " is well again");
      }
    }
    advise(cluster, condition(before, "Warning"), condition(after, "Warning"));
    rescale(cluster, before, after);
    if (isTrue(condition(after, "Ready")) && !isTrue(condition(before, "Ready"))) {
      events.normal(cluster, "Ready", condition(after, "Ready").getMessage());
    }
  }

  private void advise(ChatCluster cluster, Condition before, Condition after) {
    boolean isNew = before == null || !before.getReason().equals(after.getReason());
    if (isTrue(after) && isNew) events.warning(cluster, after.getReason(), after.getMessage());
  }

  private void rescale(ChatCluster cluster, ChatClusterStatus before, ChatClusterStatus after) {
    boolean was = isTrue(condition(before, "Rescaling"));
    Condition now = condition(after, "Rescaling");
    if (isTrue(now) && !was) events.normal(cluster, "RescaleStarted", now.getMessage());
    if (!isTrue(now) && was) {
      events.normal(
          cluster,
          "RescaleFinished",
          "partitions: " + after.partitions() + ", in epoch " + after.epoch());
    }
  }

  private static boolean same(Problem a, Problem b) {
    return Objects.equals(a.partition(), b.partition())
        && Objects.equals(a.object(), b.object())
        && Objects.equals(a.reason(), b.reason());
  }

  private static Condition condition(ChatClusterStatus status, String type) {
    return status == null
        ? null
        : status.conditions().stream()
            .filter(c -> c.getType().equals(type))
            .findFirst()
            .orElse(null);
  }

  private static boolean isTrue(Condition condition) {
    return condition != null && "True".equals(condition.getStatus());
  }
}
