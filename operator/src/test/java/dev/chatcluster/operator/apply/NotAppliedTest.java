package dev.chatcluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotAppliedTest {
  @Test
  void aRightThatIsMissingIsToBeGiven() {
    Trouble trouble =
        refused(
            "services is forbidden: User \"system:serviceaccount:chat-operator:chat-operator\""
                + " cannot create resource \"services\" in API group \"\" in the namespace \"q\"");
    assertThat(trouble.reason()).isEqualTo(Reason.FORBIDDEN);
    assertThat(trouble.message()).endsWith("give the operator's service account that right");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deployments.apps \"d\" is forbidden: exceeded quota: none, requested: count/deployments.apps=1",
        "deployments.apps \"d\" is forbidden: failed quota: none: must specify requests.cpu",
        "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": seccompProfile",
        "admission webhook \"policy.example\" denied the request: services cannot be public"
      })
  void anAdmissionThatRefusesIsNoMissingRight(String words) {
    Trouble trouble = refused(words);
    assertThat(trouble.reason()).isEqualTo(Reason.API_ERROR);
    assertThat(trouble.message()).contains(words).doesNotContain("service account");
  }

  private static Trouble refused(String words) {
    var status = new StatusBuilder().withCode(403).withMessage(words).build();
    return NotApplied.refused(
            "Deployment/d", 0, new KubernetesClientException("refused", 403, status))
        .trouble();
  }
}
