package dev.chatcluster.operator.rescale;

import static java.util.stream.Collectors.joining;

import dev.chatcluster.operator.rescale.Phase.Cutting;
import dev.chatcluster.operator.rescale.Phase.Leaving;
import dev.chatcluster.operator.rescale.Phase.Preparing;
import dev.chatcluster.operator.rescale.Phase.Stable;
import dev.chatcluster.operator.rescale.Phase.Wait;
import dev.chatcluster.operator.status.Rescaling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A phase for people. */
final class Words {
  private static final int MOST_NAMED = 10;

  /** In steps of so many seconds it is told how long something still takes. */
  private static final int STEP_SECONDS = 10;

  private Words() {}

  static Rescaling of(Phase phase, Instant now) {
    return switch (phase) {
      case Stable _ -> new Rescaling(false, true, "NotRescaling", "");
      case Preparing preparing ->
          new Rescaling(
              true,
              false,
              "Preparing",
              change(preparing.from(), preparing.to())
                  + " is prepared, nothing has changed yet; it waits "
                  + preparing.waits().stream().map(w -> wait(w, now)).collect(joining(", and ")));
      case Cutting cutting ->
          new Rescaling(
              true,
              false,
              "Cutting",
              change(cutting.from(), cutting.to())
                  + " becomes epoch "
                  + cutting.epoch()
                  + ": "
                  + cutting.step().words());
      case Leaving leaving ->
          new Rescaling(
              true,
              true,
              "Leaving",
              "epoch "
                  + leaving.epoch()
                  + " with "
                  + count(leaving.partitions())
                  + " holds; the pods of "
                  + named(leaving.leaving())
                  + " own nothing any more and go once nothing waits in what they owned");
    };
  }

  static String change(int from, int to) {
    return "the change from " + from + " to " + count(to);
  }

  private static String count(int partitions) {
    return partitions == 1 ? "1 partition" : partitions + " partitions";
  }

  private static String wait(Wait wait, Instant now) {
    return switch (wait) {
      case Wait.Topic topic -> "for the topic to have " + count(topic.partitions());
      case Wait.Pods pods -> "for the new pods of " + named(pods.missing()) + " to be ready";
      case Wait.Producers producers ->
          "another "
              + still(Duration.between(now, producers.until()))
              + " (until "
              + producers.until()
              + ", spec.rescale.producerRefresh) for producers to see how large the topic is";
    };
  }

  private static String still(Duration left) {
    long steps = (left.toSeconds() + STEP_SECONDS) / STEP_SECONDS;
    return Duration.ofSeconds(steps * STEP_SECONDS).toString().substring(2).toLowerCase();
  }

  private static String named(List<Integer> partitions) {
    String named =
        partitions.stream().limit(MOST_NAMED).map(String::valueOf).collect(joining(", "));
    return (partitions.size() == 1 ? "partition " : "partitions ")
        + named
        + (partitions.size() > MOST_NAMED ? ", …" : "");
  }
}
