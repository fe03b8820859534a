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
    return PodTrouble.of(pod, "spec.consumer.image").orElse(null);
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
    assertThat(first.message())
        .isEqualTo("the image bad:1 cannot be pulled; check spec.consumer.image");
  }

  @Test
  void tellsWhyAnImageCannotBePulledWithoutNamingItAgainAndAgain() {
    String why =
        "rpc error: code = NotFound desc = failed to pull and unpack image \\\"docker.io/bad:1\\\":"
            + " failed to resolve reference \\\"docker.io/bad:1\\\": docker.io/bad:1: not found";
    String expected =
        "the image bad:1 cannot be pulled; check spec.consumer.image: docker.io/bad:1: not found";
    assertThat(notPulled("ErrImagePull", why)).isEqualTo(expected);
    assertThat(
            notPulled(
                "ImagePullBackOff", "Back-off pulling image \\\"bad:1\\\": ErrImagePull: " + why))
        .isEqualTo(expected);
    assertThat(
            notPulled("ErrImagePull", "lookup r: read udp 10.0.0.7:40999->10.0.0.2:53:\\ntimeout"))
        .endsWith(": lookup r: read udp 10.0.0.2:53: timeout");
  }

  private static String notPulled(String reason, String message) {
    return of("{containerStatuses: [{name: consumer, image: \"bad:1\", state: {waiting: {reason: "
            + reason
            + ", message: \""
            + message
            + "\"}}}]}")
        .message();
  }

  @Test
  void tellsThatNoNodeTakesThePod() {
    PodTrouble trouble =
        of(
            "{conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message:"
                + " 0/3 nodes}]}");
    assertThat(trouble.reason()).isEqualTo(Reason.UNSCHEDULABLE);
    assertThat(trouble.message())
        .contains("resources.requests", "nodeSelector", "tolerations")
        .endsWith(": 0/3 nodes");
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

  @Test
  void saysTheSameBetweenAnEndAndTheWaitForTheNextTry() {
    PodTrouble ended =
        of(
            """
            {containerStatuses: [{name: consumer, restartCount: 3,
              state: {terminated: {exitCode: 2, message: "CHAT_TOPIC is missing"}}}]}
            """);
    PodTrouble waits =
        of(
            """
            {containerStatuses: [{name: consumer, restartCount: 3,
              state: {waiting: {reason: CrashLoopBackOff}},
              lastState: {terminated: {exitCode: 2, message: "CHAT_TOPIC is missing"}}}]}
            """);
    assertThat(ended).isEqualTo(waits).isNotNull();
  }

  @Test
  void namesAContainerThatIsNotOurs() {
    assertThat(
            of("""
               {initContainerStatuses: [{name: vault, state: {waiting: {reason: CrashLoopBackOff}},
                 lastState: {terminated: {exitCode: 1}}}]}
               """)
                .message())
        .isEqualTo("its container vault ends again and again, last with exit code 1");
    assertThat(
            of("""
               {containerStatuses: [{name: vault, image: "v:1", state: {waiting: {reason: ErrImagePull}}}]}
               """)
                .message())
        .contains("v:1", "spec.consumer.podTemplate");
  }

  @Test
  void namesTheReadinessCheckThatDoesNotPass() {
    assertThat(
            unready("{containerStatuses: [{name: consumer, ready: false, state: {running: {}}}]}"))
        .contains("/health/ready");
    assertThat(unready("{containerStatuses: [{name: vault, ready: false, state: {running: {}}}]}"))
        .contains("container vault");
    assertThat(
            unready(
                "{containerStatuses: [{name: consumer, ready: false, state: {waiting: {reason:"
                    + " ContainerCreating}}}]}"))
        .contains("container consumer is not made yet", "Secret");
    assertThat(
            unready(
                """
                {containerStatuses: [{name: consumer, ready: true, state: {running: {}}}],
                 conditions: [{type: Ready, status: 'False', reason: ReadinessGatesNotReady, message: gate a}]}
                """))
        .contains("readiness gate", "gate a");
    assertThat(
            unready("{containerStatuses: [{name: consumer, ready: true, state: {running: {}}}]}"))
        .isNull();
  }

  private static String unready(String status) {
    Pod pod =
        new KubernetesSerialization()
            .unmarshal(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nstatus: " + status, Pod.class);
    return PodTrouble.unready(pod).orElse(null);
  }
}
