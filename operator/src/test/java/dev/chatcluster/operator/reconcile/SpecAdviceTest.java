package dev.chatcluster.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.status.Advice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecAdviceTest {
  private static List<Advice> of(String consumer) {
    ChatCluster cluster =
        new KubernetesSerialization()
            .unmarshal(
                "apiVersion: chatcluster.dev/v1\nkind: ChatCluster\n"
                    + "metadata: {name: studyhub, namespace: n, uid: u}\n"
                    + "spec: {partitions: 1, kafka: {bootstrapServers: 'k:1'}, consumer: "
                    + consumer
                    + "}",
                ChatCluster.class);
    return SpecAdvice.of(cluster, "image:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{resources: {}}",
        "{resources: {limits: {cpu: 500m}}}",
        "{resources: {requests: {memory: 1Gi}}}"
      })
  void tellsOfResourcesThatLeaveThePodsWithoutAMemoryLimit(String consumer) {
    assertThat(of(consumer))
        .singleElement()
        .satisfies(
            advice -> {
              assertThat(advice.reason()).isEqualTo("NoMemoryLimit");
              assertThat(advice.message())
                  .startsWith("spec.consumer.resources has no limits.memory");
            });
  }

  @Test
  void hasNothingToSayOfPodsWithAMemoryLimit() {
    assertThat(of("{}")).isEmpty();
    assertThat(of("{resources: {limits: {memory: 1Gi}}}")).isEmpty();
  }
}
