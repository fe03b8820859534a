package dev.chatcluster.operator.status;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.desired.Labels;
import dev.chatcluster.operator.status.Reason.Area;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The only place where a status is composed, whether the reconciliation failed or not. */
public final class StatusPage {
  /** How many problems a status names; there may be more. */
  public static final int MOST_PROBLEMS = 20;

  private static final int MOST_NAMED = 10;
  private static final String DELETING = "Deleting";

  /** Phases of a rescale that nothing takes back. */
  private static final Set<String> BEGUN = Set.of("Cutting", "Leaving");

  private static final Set<Area> KAFKA = EnumSet.of(Area.LOG, Area.TOPIC);

  private final Report report;
  private final ChatCluster cluster;
  private final ChatClusterStatus before;
  private final List<Trouble> troubles;
  private final String now;

  private StatusPage(Report report, Instant now) {
    this.report = report;
    this.cluster = report.cluster();
    this.before = cluster.getStatus();
    this.now = time(now);
    this.troubles =
        report.troubles().stream()
            .sorted(
                Comparator.comparing((Trouble t) -> t.reason().area())
                    .thenComparing(t -> t.partition() == null ? -1 : t.partition())
                    .thenComparing(Trouble::object, Comparator.nullsFirst(String::compareTo)))
            .toList();
  }

  /**
   * The status after a reconciliation; equal to the former one when nothing has changed.
   *
   * @param version of the operator
   */
  public static ChatClusterStatus compose(Report report, String version, Instant now) {
    return new StatusPage(report, now).compose(version);
  }

  /** Whether the status that {@code cluster} has says so. */
  public static boolean ready(ChatCluster cluster) {
    return cluster.getStatus() != null
        && cluster.getStatus().conditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** Whether {@code status} is one of a ChatCluster that is being deleted. */
  public static boolean ending(ChatClusterStatus status) {
    return status.conditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getReason().equals(DELETING));
  }

  private ChatClusterStatus compose(String version) {
    TopicFacts facts = report.facts();
    return new ChatClusterStatus(
        cluster.getMetadata().getGeneration(),
        facts.partitions(),
        (int) report.partitions().stream().filter(PartitionState::ready).count(),
        Labels.selectorText(cluster),
        facts.epoch(),
        facts.logId(),
        facts.kafkaClusterId(),
        facts.topic(),
        ChildNames.url(cluster),
        version,
        report.strayLag().map(StrayLag::records).orElse(before == null ? null : before.strayLag()),
        report
            .strayLag()
            .map(l -> time(l.at()))
            .orElse(before == null ? null : before.strayLagAt()),
        troubles.stream().limit(MOST_PROBLEMS).map(this::problem).toList(),
        List.of(
            ready(),
            topicReady(),
            consumersReady(),
            rescaling(),
            report.isPaused()
                ? condition("Paused", true, "Paused", "spec.paused is true: nothing is changed")
                : condition("Paused", false, "NotPaused", ""),
            warning()));
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private Problem problem(Trouble trouble) {
    String reason = trouble.reason().toString();
    String since =
        before == null
            ? now
            : before.problems().stream()
                .filter(
                    p ->
                        Objects.equals(p.partition(), trouble.partition())
                            && Objects.equals(p.object(), trouble.object())
                            && reason.equals(p.reason()))
                .map(Problem::since)
                .findFirst()
                .orElse(now);
    return new Problem(trouble.partition(), trouble.object(), reason, trouble.message(), since);
  }

  private Condition ready() {
    if (report.ending().isPresent()) {
      return condition("Ready", false, DELETING, report.ending().get());
    }
    if (!troubles.isEmpty()) {
      Trouble first = troubles.getFirst();
      int more = troubles.size() - 1;
      return condition(
          "Ready",
          false,
          first.reason().toString(),
          first.message()
              + (more == 0 ? "" : " (and " + more + " more in status.problems)")
              + held());
    }
    if (report.isPaused() && left().isPresent()) {
      return condition("Ready", false, "Paused", "spec.paused is true: " + left().get());
    }
    if (report.facts().announced()) return condition("Ready", false, "CreatingTopic", creating());
    if (report.rescaling().filter(r -> !r.settled()).isPresent()) {
      return condition("Ready", false, "Rescaling", report.rescaling().get().message());
    }
    if (!allAre(PartitionState::ready)) {
      return condition("Ready", false, "Starting", notYet("ready", PartitionState::ready));
    }
    if (report.waiting() > 0 || !allAre(PartitionState::settled)) {
      return condition(
          "Ready",
          false,
          "RollingOut",
          "a change reaches the pods partition by partition: "
              + notYet("done", PartitionState::settled));
    }
    int count = report.partitions().size();
    return condition(
        "Ready",
        true,
        "Ready",
        count == 1 ? "1 partition is served" : count + " partitions are served");
  }

  /** That a change stops where its pods do not become ready. */
  private String held() {
    if (report.isPaused() || report.waiting() == 0 || !report.has(Area.POD)) return "";
    return "; the change of the spec has not reached "
        + (report.waiting() == 1 ? "1 partition" : report.waiting() + " partitions")
        + ", whose former pods serve on until this is mended"
        + " (spec.consumer.rollout.maxUnavailable)";
  }

  private Condition topicReady() {
    Optional<Trouble> kafka = first(KAFKA);
    if (kafka.isPresent()) {
      return condition("TopicReady", false, kafka.get().reason().toString(), kafka.get().message());
    }
    if (report.facts().announced() && !report.has(Area.SPEC)) {
      return condition("TopicReady", false, "CreatingTopic", creating());
    }
    if (!report.facts().complete()) {
      String why = report.has(Area.SPEC) ? Reason.INVALID_SPEC.toString() : "NotLookedAt";
      return condition("TopicReady", false, why, "nobody has looked at the topic yet");
    }
    return condition(
        "TopicReady",
        true,
        "TopicReady",
        "topic "
            + report.facts().topic().name()
            + " holds the log in epoch "
            + report.facts().epoch());
  }

  private Condition consumersReady() {
    if (report.ending().isPresent()) {
      return condition("ConsumersReady", false, DELETING, "the pods are stopped");
    }
    if (report.partitions().isEmpty()) {
      return condition("ConsumersReady", false, "NoPartitions", "there is no log to serve yet");
    }
    if (allAre(PartitionState::ready)) {
      return condition("ConsumersReady", true, "ConsumersReady", "each partition has a ready pod");
    }
    Optional<Trouble> why = first(EnumSet.of(Area.CHILD, Area.POD));
    boolean held = report.isPaused() && report.waiting() > 0;
    return condition(
        "ConsumersReady",
        false,
        why.map(t -> t.reason().toString()).orElse(held ? "Paused" : "Starting"),
        notYet("ready", PartitionState::ready)
            + why.map(t -> ": " + t.message()).orElse("")
            + (held ? "; nothing is changed while spec.paused is true" : ""));
  }

  /** What is not as the spec wants it, and is left so. */
  private Optional<String> left() {
    if (!report.facts().complete()) return Optional.of("there is no log yet, and none is begun");
    List<String> left = new ArrayList<>();
    int served = report.facts().partitions();
    int asked = report.cluster().getSpec().partitions();
    if (served != asked) {
      left.add(
          served + (served == 1 ? " partition is" : " partitions are") + " served, not " + asked);
    }
    int waiting = report.waiting();
    if (waiting > 0) {
      left.add(
          waiting
              + (waiting == 1
                  ? " object is not as the spec wants it"
                  : " objects are not as the spec wants them"));
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", left) + ", and it is left so");
  }

  private Condition rescaling() {
    Rescaling now = report.rescaling().orElse(null);
    if (now != null) return condition("Rescaling", now.holds(), now.reason(), now.message());
    Optional<Condition> former = former("Rescaling");
    boolean begun =
        former
            .filter(c -> BEGUN.contains(c.getReason()) && c.getStatus().equals("True"))
            .isPresent();
    boolean hidden = report.facts().complete() && first(KAFKA).isPresent();
    if (hidden && !begun && !report.isPaused()) {
      int served = report.facts().partitions();
      int asked = cluster.getSpec().partitions();
      if (asked != served) {
        String why = asked + " partitions are asked for instead of " + served;
        return condition("Rescaling", true, "Preparing", why + ": it waits for what Ready tells");
      }
    } else if (former.isPresent()) {
      return former.get();
    }
    return condition("Rescaling", false, "NotRescaling", "");
  }

  /** Nobody has looked: what was so is taken to be so still, of the generation it was about. */
  private Optional<Condition> former(String type) {
    if (before == null) return Optional.empty();
    return before.conditions().stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  private Condition warning() {
    if (report.advice().isEmpty()) {
      Optional<Condition> former = former("Warning");
      if (former.isPresent()) return former.get();
    }
    List<Advice> advice = report.advice().orElse(List.of());
    return switch (advice.size()) {
      case 0 -> condition("Warning", false, "NoWarnings", "");
      case 1 -> condition("Warning", true, advice.getFirst().reason(), advice.getFirst().message());
      default ->
          condition(
              "Warning",
              true,
              "Multiple",
              advice.stream()
                  .map(a -> a.reason() + ": " + a.message())
                  .collect(Collectors.joining(". ")));
    };
  }

  private Condition condition(String type, boolean holds, String reason, String message) {
    String status = holds ? "True" : "False";
    String since =
        before == null
            ? now
            : before.conditions().stream()
                .filter(c -> c.getType().equals(type) && c.getStatus().equals(status))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElse(now);
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withObservedGeneration(cluster.getMetadata().getGeneration())
        .withLastTransitionTime(since)
        .build();
  }

  private String creating() {
    return "the topic " + report.facts().topic().name() + " is about to be created";
  }

  private Optional<Trouble> first(Set<Area> areas) {
    return troubles.stream().filter(t -> areas.contains(t.reason().area())).findFirst();
  }

  private boolean allAre(Predicate<PartitionState> good) {
    return !report.partitions().isEmpty() && report.partitions().stream().allMatch(good);
  }

  private String notYet(String what, Predicate<PartitionState> good) {
    List<Integer> missing =
        report.partitions().stream().filter(good.negate()).map(PartitionState::partition).toList();
    int all = report.partitions().size();
    int done = all - missing.size();
    if (done == 0)
      return all == 1 ? "partition 0 is not " + what : "none of " + all + " partitions is " + what;
    String count = done + " of " + all + " partitions " + (done == 1 ? "is " : "are ") + what;
    if (missing.isEmpty()) return count;
    String named =
        missing.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    int more = missing.size() - MOST_NAMED;
    return count
        + (missing.size() == 1 ? "; partition " : "; partitions ")
        + named
        + (more > 0 ? " and " + more + " more" : "")
        + (missing.size() == 1 ? " is not" : " are not");
  }
}
