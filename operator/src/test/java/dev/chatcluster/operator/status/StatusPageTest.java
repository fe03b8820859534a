package dev.chatcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ChatClusterStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusPageTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final TopicFacts FACTS =
      new TopicFacts("kafka-1", new ChatClusterStatus.Topic("t", "id", 2, true, null), "log", 0, 2);

  private final ChatCluster cluster =
      new KubernetesSerialization()
          .unmarshal(
              """
              apiVersion: chatcluster.dev/v1
              kind: ChatCluster
              metadata: {name: studyhub, namespace: chat, generation: 3}
              spec: {partitions: 2, kafka: {bootstrapServers: "k:1"}}
              """,
              ChatCluster.class);

  private static ChatClusterSpec spec(int partitions) {
    return new KubernetesSerialization()
        .unmarshal(
            "partitions: " + partitions + "\nkafka: {bootstrapServers: 'k:1'}",
            ChatClusterSpec.class);
  }

  private Report good() {
    Report report = new Report(cluster);
    report.know(FACTS);
    report.partitions(
        List.of(new PartitionState(0, true, true), new PartitionState(1, true, true)));
    return report;
  }

  private ChatClusterStatus write(Report report, long seconds) {
    ChatClusterStatus status = StatusPage.compose(report, "1.0.0", T0.plusSeconds(seconds));
    cluster.setStatus(status);
    return status;
  }

  private static Condition condition(ChatClusterStatus status, String type) {
    return status.conditions().stream()
        .filter(c -> c.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static Trouble trouble(Reason reason, Integer partition, String message) {
    return new Trouble(reason, partition, "Object/" + partition, message);
  }

  @Test
  void isTheSameAsBeforeWhenNothingChanged() {
    ChatClusterStatus first = write(good(), 0);
    assertThat(write(good(), 60)).isEqualTo(first);
    Report bad = good();
    bad.add(trouble(Reason.NAME_TAKEN, 1, "taken"));
    ChatClusterStatus second = write(bad, 120);
    assertThat(write(bad, 180)).isEqualTo(second);
  }

  @Test
  void isTheSameAfterAWayThroughTheApi() {
    KubernetesSerialization json = new KubernetesSerialization();
    Report bad = good();
    bad.add(trouble(Reason.NAME_TAKEN, 1, "taken"));
    ChatClusterStatus written = write(bad, 0);
    assertThat(json.unmarshal(json.asJson(written), ChatClusterStatus.class)).isEqualTo(written);
  }

  @Test
  void isReadyWhenTheGenerationRunsOnEveryPartition() {
    ChatClusterStatus status = write(good(), 0);
    Condition ready = condition(status, "Ready");
    assertThat(ready.getStatus()).isEqualTo("True");
    assertThat(ready.getReason()).isEqualTo("Ready");
    assertThat(ready.getObservedGeneration()).isEqualTo(3);
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.conditions())
        .extracting(Condition::getType)
        .containsExactly("Ready", "TopicReady", "ConsumersReady", "Rescaling", "Paused", "Warning");
  }

  @Test
  void namesThePartitionsThatAreMissing() {
    Report report = good();
    report.partitions(
        List.of(new PartitionState(0, true, true), new PartitionState(1, false, false)));
    ChatClusterStatus status = write(report, 0);
    assertThat(condition(status, "Ready").getReason()).isEqualTo("Starting");
    assertThat(condition(status, "Ready").getMessage())
        .isEqualTo("1 of 2 partitions is ready; partition 1 is not");
    assertThat(condition(status, "ConsumersReady").getStatus()).isEqualTo("False");
    assertThat(status.readyPartitions()).isEqualTo(1);
  }

  @Test
  void countsPartitionsInWordsAndNamesAFew() {
    assertThat(starting(0, 1)).isEqualTo("partition 0 is not ready");
    assertThat(starting(0, 3)).isEqualTo("none of 3 partitions is ready");
    assertThat(starting(2, 14))
        .isEqualTo(
            "2 of 14 partitions are ready; partitions 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"
                + " are not");
  }

  private String starting(int ready, int all) {
    Report report = good();
    report.partitions(
        IntStream.range(0, all).mapToObj(p -> new PartitionState(p, p < ready, true)).toList());
    return condition(write(report, 0), "Ready").getMessage();
  }

  @Test
  void isRollingOutWhileNotEveryPodIsOfTheWantedTemplate() {
    Report report = good();
    report.waiting(1);
    assertThat(condition(write(report, 0), "Ready").getReason()).isEqualTo("RollingOut");
  }

  @Test
  void saysThatAChangeOfTheCountWaitsWhileKafkaIsAway() {
    assertThat(condition(write(good(), 0), "Rescaling").getStatus()).isEqualTo("False");
    cluster.setSpec(spec(5));
    cluster.getMetadata().setGeneration(4L);
    Report away = good();
    away.add(trouble(Reason.KAFKA_UNREACHABLE, null, "does not answer"));
    Condition waiting = condition(write(away, 1), "Rescaling");
    assertThat(waiting.getStatus()).isEqualTo("True");
    assertThat(waiting.getReason()).isEqualTo("Preparing");
    assertThat(waiting.getObservedGeneration()).isEqualTo(4);
    assertThat(waiting.getMessage())
        .isEqualTo("5 partitions are asked for instead of 2: it waits for what Ready tells");

    cluster.setSpec(spec(2));
    Report back = good();
    back.add(trouble(Reason.KAFKA_UNREACHABLE, null, "does not answer"));
    assertThat(condition(write(back, 2), "Rescaling").getStatus()).isEqualTo("False");
  }

  @Test
  void saysAllThatIsLeftAsItIsWhilePaused() {
    cluster.setSpec(spec(3));
    Report report = good();
    report.paused();
    report.waiting(1);
    report.partitions(
        List.of(new PartitionState(0, true, true), new PartitionState(1, false, false)));
    ChatClusterStatus status = write(report, 0);
    assertThat(condition(status, "Ready").getMessage())
        .isEqualTo(
            "spec.paused is true: 2 partitions are served, not 3, 1 object is not as the spec wants"
                + " it, and it is left so");
    assertThat(condition(status, "ConsumersReady").getReason()).isEqualTo("Paused");
    assertThat(condition(status, "ConsumersReady").getMessage())
        .isEqualTo(
            "1 of 2 partitions is ready; partition 1 is not; nothing is changed while spec.paused is"
                + " true");
  }

  @Test
  void saysThatNoLogIsBegunWhilePausedFromTheStart() {
    Report report = new Report(cluster);
    report.paused();
    assertThat(condition(write(report, 0), "Ready").getMessage())
        .isEqualTo("spec.paused is true: there is no log yet, and none is begun");
  }

  @Test
  void saysHowManyPartitionsAChangeDoesNotReachWhilePodsDoNotComeUp() {
    Report report = good();
    report.add(trouble(Reason.IMAGE_PULL_BACK_OFF, 0, "no image"));
    report.waiting(7);
    assertThat(condition(write(report, 0), "Ready").getMessage())
        .startsWith("no image; the change of the spec has not reached 7 partitions");
    Report other = good();
    other.add(trouble(Reason.NAME_TAKEN, 0, "taken"));
    other.waiting(7);
    assertThat(condition(write(other, 0), "Ready").getMessage()).isEqualTo("taken");
  }

  @Test
  void joinsWhatIsToBeSaidOfTheSpecWithWhatIsToBeSaidOfTheTopic() {
    Report report = good();
    report.advise(new Advice("OfTheSpec", "one"));
    report.advise(List.of(new Advice("OfTheTopic", "two")));
    Condition warning = condition(write(report, 0), "Warning");
    assertThat(warning.getReason()).isEqualTo("Multiple");
    assertThat(warning.getMessage()).isEqualTo("OfTheSpec: one. OfTheTopic: two");
  }

  @Test
  void putsTheCauseBeforeItsConsequences() {
    Report report = good();
    report.add(trouble(Reason.PARTITION_DOWN, 1, "down"));
    report.add(trouble(Reason.NAME_TAKEN, 0, "taken"));
    report.add(trouble(Reason.KAFKA_UNREACHABLE, null, "away"));
    ChatClusterStatus status = write(report, 0);
    assertThat(condition(status, "Ready").getReason()).isEqualTo("KafkaUnreachable");
    assertThat(condition(status, "Ready").getMessage())
        .isEqualTo("away (and 2 more in status.problems)");
    assertThat(condition(status, "TopicReady").getReason()).isEqualTo("KafkaUnreachable");
    assertThat(status.problems())
        .extracting(ChatClusterStatus.Problem::reason)
        .containsExactly("KafkaUnreachable", "NameTaken", "PartitionDown");
  }

  @Test
  void keepsTransitionTimesUntilTheStatusOfAConditionChanges() {
    write(good(), 0);
    Report first = good();
    first.add(trouble(Reason.NAME_TAKEN, 1, "taken"));
    write(first, 10);
    Report second = good();
    second.add(trouble(Reason.API_ERROR, 1, "failed"));
    ChatClusterStatus status = write(second, 20);
    assertThat(condition(status, "Ready").getLastTransitionTime())
        .isEqualTo("2026-01-01T00:00:10Z");
    assertThat(condition(status, "Paused").getLastTransitionTime())
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(condition(write(good(), 30), "Ready").getLastTransitionTime())
        .isEqualTo("2026-01-01T00:00:30Z");
  }

  @Test
  void remembersSinceWhenAProblemLasts() {
    Report report = good();
    report.add(trouble(Reason.NAME_TAKEN, 1, "taken"));
    write(report, 5);
    Report more = good();
    more.add(trouble(Reason.NAME_TAKEN, 1, "taken, in other words"));
    more.add(trouble(Reason.NAME_TAKEN, 0, "taken"));
    assertThat(write(more, 50).problems())
        .extracting(ChatClusterStatus.Problem::since)
        .containsExactly("2026-01-01T00:00:50Z", "2026-01-01T00:00:05Z");
  }

  @Test
  void namesTwentyProblemsAtMost() {
    Report report = good();
    IntStream.range(0, 30).forEach(p -> report.add(trouble(Reason.PARTITION_DOWN, p, "down")));
    ChatClusterStatus status = write(report, 0);
    assertThat(status.problems()).hasSize(20);
    assertThat(condition(status, "Ready").getMessage()).contains("and 29 more");
  }

  @Test
  void keepsWhatWasKnownOfTheLogWhenNothingElseIsSaid() {
    write(good(), 0);
    Report report = new Report(cluster);
    report.add(trouble(Reason.INVALID_SPEC, null, "bad"));
    ChatClusterStatus status = write(report, 1);
    assertThat(status.logId()).isEqualTo("log");
    assertThat(status.partitions()).isEqualTo(2);
    assertThat(status.topic()).isEqualTo(FACTS.topic());
  }

  @Test
  void keepsTheFormerWarningWhileKafkaIsNotAsked() {
    Report report = good();
    report.advise(List.of(new Advice("Strays", "first")));
    write(report, 0);
    Report unasked = good();
    unasked.add(trouble(Reason.KAFKA_UNREACHABLE, null, "away"));
    Condition warning = condition(write(unasked, 1), "Warning");
    assertThat(warning.getStatus()).isEqualTo("True");
    assertThat(warning.getReason()).isEqualTo("Strays");
    Report asked = good();
    asked.advise(List.of());
    assertThat(condition(write(asked, 2), "Warning").getStatus()).isEqualTo("False");
  }

  @Test
  void saysOfWhenTheStrayLagIsAndKeepsBothWhileNobodyLooks() {
    assertThat(write(good(), 0).strayLagAt()).isNull();
    Report looked = good();
    looked.strayLag(new StrayLag(5, T0.plusSeconds(7).plusMillis(900)));
    ChatClusterStatus status = write(looked, 10);
    assertThat(status.strayLag()).isEqualTo(5);
    assertThat(status.strayLagAt()).isEqualTo("2026-01-01T00:00:07Z");
    assertThat(write(good(), 20)).isEqualTo(status);
  }

  @Test
  void whatNobodyLookedAtIsOfTheGenerationItWasAbout() {
    write(good(), 0);
    cluster.getMetadata().setGeneration(4L);
    ChatClusterStatus status = write(good(), 1);
    assertThat(condition(status, "Ready").getObservedGeneration()).isEqualTo(4);
    assertThat(condition(status, "Rescaling").getObservedGeneration()).isEqualTo(3);
    assertThat(condition(status, "Warning").getObservedGeneration()).isEqualTo(3);
  }

  @Test
  void joinsSeveralWarnings() {
    Report report = good();
    report.advise(List.of(new Advice("Strays", "first")));
    assertThat(condition(write(report, 0), "Warning").getReason()).isEqualTo("Strays");
    report.advise(List.of(new Advice("Strays", "first"), new Advice("ReplicasDiffer", "second")));
    ChatClusterStatus status = write(report, 1);
    assertThat(condition(status, "Warning").getReason()).isEqualTo("Multiple");
    assertThat(condition(status, "Warning").getMessage())
        .isEqualTo("Strays: first. ReplicasDiffer: second");
    assertThat(condition(status, "Ready").getStatus()).isEqualTo("True");
  }
}
