package dev.chatcluster.operator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class LeanObjectsTest {
  private final KubernetesSerialization lean = LeanObjects.serialization();

  @Test
  void keepsOfAPodWhatSaysHowItIsAndHowLongItMayTakeToEnd() {
    Pod pod =
        lean.unmarshal(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "p", "labels": {"a": "b"}, "managedFields": [{"manager": "m"}]},
             "spec": {"containers": [{"name": "c", "env": [{"name": "E"}]}],
                      "terminationGracePeriodSeconds": 45, "nodeName": "n"},
             "status": {"phase": "Running", "podIP": "192.0.2.1", "startTime": "2026-01-01T00:00:00Z",
                        "conditions": [{"type": "Ready", "status": "False", "reason": "R",
                                        "message": "m", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
                        "containerStatuses": [{"name": "c", "image": "i", "ready": false, "restartCount": 2,
                                               "containerID": "containerd://1",
                                               "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                                               "lastState": {"terminated": {"exitCode": 3, "message": "n"}}}]}}
            """,
            Pod.class);
    assertThat(pod.getMetadata().getManagedFields()).isEmpty();
    assertThat(pod.getMetadata().getLabels()).containsEntry("a", "b");
    assertThat(pod.getSpec().getContainers()).isEmpty();
    assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(45);
    assertThat(lean.asJson(pod.getStatus()))
        .isEqualTo(
            "{\"conditions\":[{\"message\":\"m\",\"reason\":\"R\",\"status\":\"False\",\"type\":\"Ready\"}],"
                + "\"containerStatuses\":[{\"image\":\"i\","
                + "\"lastState\":{\"terminated\":{\"exitCode\":3,\"message\":\"n\"}},"
                + "\"name\":\"c\",\"ready\":false,\"restartCount\":2,\"state\":{\"running\":{}}}],"
                + "\"phase\":\"Running\"}");
    assertThat(lean.asJson(pod)).doesNotContain("managedFields");
  }

  @Test
  void keepsTheWholePodTemplateOfADeployment() {
    Deployment deployment =
        lean.unmarshal(
            """
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": "d", "managedFields": [{"manager": "m"}]},
             "spec": {"template": {"spec": {"containers": [{"name": "c"}], "nodeName": "n"}}}}
            """,
            Deployment.class);
    assertThat(deployment.getMetadata().getManagedFields()).isEmpty();
    var pod = deployment.getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers().getFirst().getName()).isEqualTo("c");
    assertThat(pod.getNodeName()).isEqualTo("n");
  }

  @Test
  void keepsOnceWhatIsEqualInTwoObjects() {
    Deployment one = deployment("a", "0");
    Deployment other = deployment("b", "1");
    assertThat(owner(other)).isSameAs(owner(one));
    assertThat(container(other).getReadinessProbe()).isSameAs(container(one).getReadinessProbe());
    assertThat(variable(other, 0)).isSameAs(variable(one, 0));
    assertThat(label(other)).isSameAs(label(one));
  }

  @Test
  void keepsOnceHowPodsAreThatAreWell() {
    Pod one = pod("a", "192.0.2.1");
    Pod other = pod("b", "192.0.2.2");
    assertThat(other.getMetadata().getName()).isEqualTo("b");
    assertThat(other.getStatus()).isSameAs(one.getStatus());
    assertThat(other.getSpec()).isSameAs(one.getSpec());
  }

  private Pod pod(String name, String ip) {
    return lean.unmarshal(
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"},
         "spec": {"terminationGracePeriodSeconds": 45, "nodeName": "%s"},
         "status": {"phase": "Running", "podIP": "%s"}}
        """
            .formatted(name, name, ip),
        Pod.class);
  }

  @Test
  void doesNotTakeOneThingForAnother() {
    Deployment one = deployment("a", "0");
    Deployment other = deployment("b", "1");
    assertThat(one.getMetadata().getName()).isEqualTo("a");
    assertThat(other.getMetadata().getName()).isEqualTo("b");
    assertThat(variable(one, 1).getValue()).isEqualTo("0");
    assertThat(variable(other, 1).getValue()).isEqualTo("1");
    assertThat(lean.asJson(other))
        .isEqualTo(new KubernetesSerialization().asJson(other))
        .contains("seen only by newer ones");
  }

  private Deployment deployment(String name, String partition) {
    return lean.unmarshal(
        """
        {"apiVersion": "apps/v1", "kind": "Deployment",
         "metadata": {"name": "%s", "labels": {"l": "some label"},
                      "ownerReferences": [{"kind": "ChatCluster", "name": "c", "uid": "u"}]},
         "spec": {"template": {"spec": {"containers": [
           {"name": "c",
            "env": [{"name": "TOPIC", "value": "t"}, {"name": "PARTITION", "value": "%s"}],
            "readinessProbe": {"httpGet": {"path": "/", "port": 1}, "unknown": "seen only by newer ones"}}
         ]}}}}
        """
            .formatted(name, partition),
        Deployment.class);
  }

  private static Container container(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  private static EnvVar variable(Deployment deployment, int index) {
    return container(deployment).getEnv().get(index);
  }

  private static OwnerReference owner(Deployment deployment) {
    return deployment.getMetadata().getOwnerReferences().getFirst();
  }

  private static String label(Deployment deployment) {
    return deployment.getMetadata().getLabels().get("l");
  }
}
