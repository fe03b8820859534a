package dev.chatcluster.quickstart.kubelet;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static ObjectNode deployment(int replicas, String strategy) {
    return yaml(
        "spec: {replicas: %d, strategy: %s, template: {metadata: {labels: {app: a}}}}"
            .formatted(replicas, strategy));
  }

  private static final String ROLLING =
      "{type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}";

  private static ObjectNode pod(String name, boolean current, boolean ready) {
    String hash = current ? Rollout.hash(deployment(1, ROLLING)) : "old";
    return yaml(
        """
        metadata: {name: %s, labels: {pod-template-hash: "%s"}}
        status: {conditions: [{type: Ready, status: "%s"}]}
        """
            .formatted(name, hash, ready ? "True" : "False"));
  }

  private static ObjectNode going(ObjectNode pod) {
    Json.metadata(pod).put("deletionTimestamp", "2026-01-01T00:00:00Z");
    return pod;
  }

  private static List<String> deleted(Rollout rollout) {
    return rollout.delete().stream().map(Json::name).toList();
  }

  @Test
  void createsWhatIsMissing() {
    assertThat(Rollout.next(deployment(3, ROLLING), List.of(pod("a", true, true))).create())
        .isEqualTo(2);
  }

  @Test
  void countsAPodThatGoesAsGone() {
    assertThat(Rollout.next(deployment(1, ROLLING), List.of(going(pod("a", true, true)))).create())
        .isEqualTo(1);
  }

  @Test
  void deletesThoseFirstThatAreNotReady() {
    List<ObjectNode> pods = List.of(pod("a", true, true), pod("b", true, false));
    assertThat(deleted(Rollout.next(deployment(1, ROLLING), pods))).containsExactly("b");
  }

  @Test
  void keepsTheOldPodUntilTheNewOneIsReady() {
    ObjectNode deployment = deployment(1, ROLLING);
    Rollout first = Rollout.next(deployment, List.of(pod("old", false, true)));
    assertThat(first.create()).isEqualTo(1);
    assertThat(first.delete()).isEmpty();
    List<ObjectNode> both = List.of(pod("old", false, true), pod("new", true, false));
    assertThat(Rollout.next(deployment, both)).isEqualTo(new Rollout(0, List.of()));
    List<ObjectNode> bothReady = List.of(pod("old", false, true), pod("new", true, true));
    assertThat(deleted(Rollout.next(deployment, bothReady))).containsExactly("old");
  }

  @Test
  void removesABrokenOldPodAtOnce() {
    assertThat(deleted(Rollout.next(deployment(1, ROLLING), List.of(pod("broken", false, false)))))
        .containsExactly("broken");
  }

  @Test
  void waitsWithRecreateUntilTheOldPodHasGone() {
    ObjectNode deployment = deployment(1, "{type: Recreate}");
    Rollout first = Rollout.next(deployment, List.of(pod("old", false, true)));
    assertThat(deleted(first)).containsExactly("old");
    assertThat(first.create()).isZero();
    assertThat(Rollout.next(deployment, List.of(going(pod("old", false, true)))).create()).isZero();
    assertThat(Rollout.next(deployment, List.of()).create()).isEqualTo(1);
  }
}
