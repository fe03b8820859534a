package dev.chatcluster.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class PodTroubleTest {
  private static PodTrouble of(String status) {
    Pod pod =
        new KubernetesSerialization()
            .unmarshal(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nstatus: " + status, Pod.class);
    return PodTrouble.of(pod).orElse(null);
  }

  @Test
  void tellsWhatAProcessSaidBeforeItEnded() {
    PodTrouble trouble =
        of(
            """
            {containerStatuses: [{name: consumer, image: i, restartCount: 4,
              state: {waiting: {reason: CrashLoopBackOff, message: "back-off 40s restarting"}},
              lastState: {terminated: {exitCode: 2, reason: Error, message: "CHAT_TOPIC is missing\\n"}}}]}
            """);
    assertThat(trouble.reason()).isEqualTo(Reason.CRASH_LOOP_BACK_OFF);
    assertThat(trouble.message())
        .isEqualTo(
            "its process ends again and again, last with exit code 2: CHAT_TOPIC is missing");
  }

  @Test
  void tellsThatTheMemoryWasTooSmall() {
    assertThat(
            of("""
               {containerStatuses: [{name: consumer, state: {waiting: {reason: CrashLoopBackOff}},
                 lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}
               """)
                .message())
        .contains("exit code 137", "spec.consumer.resources.limits.memory");
  }

  @Test
  void saysTheSameWhileAnImageCannotBePulled() {
    String status =
        "{containerStatuses: [{name: consumer, image: \"bad:1\", state: {waiting: {reason: %s}}}]}";
    PodTrouble first = of(status.formatted("ErrImagePull"));
    assertThat(first).isEqualTo(of(status.formatted("ImagePullBackOff")));
    assertThat(first.reason()).isEqualTo(Reason.IMAGE_PULL_BACK_OFF);
    assertThat(first.message()).contains("bad:1", "spec.consumer.image");
  }

  @Test
  void tellsThatNoNodeTakesThePod() {
    PodTrouble trouble =
        of(
            "{conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message:"
                + " 0/3 nodes}]}");
    assertThat(trouble.reason()).isEqualTo(Reason.UNSCHEDULABLE);
    assertThat(trouble.message()).contains("0/3 nodes");
  }

  @Test
  void hasNothingToSayOfAPodOnItsWay() {
    assertThat(of("{}")).isNull();
    assertThat(
            of(
                "{containerStatuses: [{name: consumer, state: {waiting: {reason:"
                    + " ContainerCreating}}}]}"))
        .isNull();
  }
}
