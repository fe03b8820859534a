package dev.chatcluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private static final String WANTED =
      """
      metadata: {name: d, labels: {a: b}, annotations: {hash: x}}
      spec:
        replicas: 1
        template:
          spec:
            enableServiceLinks: false
            containers:
              - name: consumer
                image: one
                env: [{name: SECRET, value: hush}]
                resources: {limits: {memory: 256Mi}, requests: {cpu: 100m}}
      """;

  private static Deployment deployment(String yaml) {
    return new KubernetesSerialization()
        .unmarshal("apiVersion: apps/v1\nkind: Deployment\n" + yaml, Deployment.class);
  }

  private static String after(String from, String to) {
    assertThat(WANTED).contains(from);
    return Difference.between(deployment(WANTED), deployment(WANTED.replace(from, to)))
        .orElse("none");
  }

  @Test
  void isNoneForWhatAnApiServerOrSomebodyElseAdds() {
    assertThat(after("a: b", "a: b, other: label")).isEqualTo("none");
    assertThat(after("hash: x", "hash: x, deployment.kubernetes.io/revision: '3'"))
        .isEqualTo("none");
    assertThat(after("image: one", "image: one\n          imagePullPolicy: IfNotPresent"))
        .isEqualTo("none");
    assertThat(after("replicas: 1", "replicas: 1\n  progressDeadlineSeconds: 600"))
        .isEqualTo("none");
  }

  @Test
  void isNoneForAnotherSpellingOfTheSameQuantity() {
    assertThat(after("cpu: 100m", "cpu: '0.1'")).isEqualTo("none");
    assertThat(after("memory: 256Mi", "memory: 0.25Gi")).isEqualTo("none");
    assertThat(after("memory: 256Mi", "memory: 257Mi"))
        .isEqualTo("spec.template.spec.containers[0].resources.limits.memory is another");
  }

  @Test
  void namesThePlaceAndNeverTheValue() {
    assertThat(after("replicas: 1", "replicas: 3")).isEqualTo("spec.replicas is another");
    assertThat(after("a: b", "a: c")).isEqualTo("metadata.labels.a is another");
    assertThat(after("{a: b}", "{}")).isEqualTo("metadata.labels is missing");
    assertThat(after("value: hush", "value: shout"))
        .isEqualTo("spec.template.spec.containers[0].env[0].value is another");
    assertThat(after("enableServiceLinks: false", "enableServiceLinks: true"))
        .isEqualTo("spec.template.spec.enableServiceLinks is another");
  }

  @Test
  void saysMoreThanThatAHashIsAnother() {
    String hashed = WANTED.replace("hash: x", "chatcluster.dev/spec-hash: one");
    String other = WANTED.replace("hash: x", "chatcluster.dev/spec-hash: two");
    assertThat(
            Difference.between(
                deployment(hashed), deployment(other.replace("image: one", "image: two"))))
        .contains("spec.template.spec.containers[0].image is another");
    assertThat(Difference.between(deployment(hashed), deployment(other)))
        .contains("it has what is not wanted any more");
    assertThat(Difference.between(deployment(hashed), deployment(hashed))).isEmpty();
  }

  @Test
  void seesAnEntryTooManyInASelector() {
    Deployment wanted = deployment("metadata: {name: d}\nspec: {selector: {matchLabels: {a: b}}}");
    Deployment actual =
        deployment("metadata: {name: d}\nspec: {selector: {matchLabels: {a: b, c: d}}}");
    assertThat(Difference.between(wanted, actual)).contains("spec.selector.matchLabels is another");
  }

  @Test
  void seesAnEntryTooManyInAList() {
    assertThat(after("{name: SECRET, value: hush}", "{name: SECRET, value: hush}, {name: B}"))
        .isEqualTo("spec.template.spec.containers[0].env has 2 entries instead of 1");
  }
}
