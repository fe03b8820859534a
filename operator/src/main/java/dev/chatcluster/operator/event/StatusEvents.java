package dev.chatcluster.operator.event;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.StatusPage;
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

  /**
   * Writes the Events between two statuses of {@code cluster}.
   *
   * @param before may be null
   * @param advice that {@code after} gives, one by one
   */
  public void tell(
      ChatCluster cluster, ChatClusterStatus before, ChatClusterStatus after, List<Advice> advice) {
    List<Problem> old = before == null ? List.of() : before.problems();
    for (Problem problem : after.problems()) {
      if (old.stream().noneMatch(p -> same(p, problem))) {
        events.warning(cluster, problem.reason(), problem.message());
      }
    }
    Set<Integer> up = new HashSet<>();
    // What a full list does not name may be there all the same, and so may what a deletion does not
    // look at.
    boolean all = after.problems().size() < StatusPage.MOST_PROBLEMS && !StatusPage.ending(after);
    for (Problem problem : all ? old : List.<Problem>of()) {
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
    Condition warned = condition(before, "Warning");
    advice.stream()
        .filter(a -> !gives(warned, a.reason()))
        .forEach(a -> events.warning(cluster, a.reason(), a.message()));
    rescale(cluster, before, after);
    if (isTrue(condition(after, "Ready")) && !isTrue(condition(before, "Ready"))) {
      events.normal(cluster, "Ready", condition(after, "Ready").getMessage());
    }
  }

  /** Several warnings are one condition, whose message has the reason of each. */
  private static boolean gives(Condition warning, String reason) {
    return isTrue(warning)
        && (warning.getReason().equals(reason)
            || (". " + warning.getMessage()).contains(". " + reason + ": "));
  }

  private void rescale(ChatCluster cluster, ChatClusterStatus before, ChatClusterStatus after) {
    Condition former = condition(before, "Rescaling");
    boolean was = isTrue(former);
    Condition now = condition(after, "Rescaling");
    if (isTrue(now) && !was) events.normal(cluster, "RescaleStarted", now.getMessage());
    if (!isTrue(now) && was) {
      boolean withdrawn =
          former.getReason().equals("Preparing") && Objects.equals(before.epoch(), after.epoch());
      events.normal(
          cluster,
          withdrawn ? "RescaleWithdrawn" : "RescaleFinished",
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
