package dev.chatcluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class OverlayTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String WANTED =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec:
        replicas: 1
        selector: {matchLabels: {a: b}}
        template:
          metadata: {annotations: {chatcluster.dev/template-hash: one}}
          spec:
            containers: [{name: consumer, image: one, env: [{name: A, value: x}]}]
      """;
  private static final String ACTUAL =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d, resourceVersion: "7", labels: {theirs: too}}
      spec:
        replicas: 5
        progressDeadlineSeconds: 600
        selector: {matchLabels: {a: b, c: d}}
        template:
          metadata: {annotations: {chatcluster.dev/template-hash: one, theirs: too}}
          spec:
            nodeSelector: {zone: a}
            containers:
              - {name: consumer, image: other, terminationMessagePath: /x, env: [{name: A, value: y}]}
              - {name: sidecar, image: theirs}
      status: {replicas: 5}
      """;

  private static Deployment deployment(String yaml) {
    return YAML.unmarshal(yaml, Deployment.class);
  }

  /** An API server gives it the default class when it is created, and not when it is changed. */
  @Test
  void keepsTheClassOfAnIngressThatAsksForNone() {
    String asked =
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: i}
        spec: {rules: [{host: a.example}]}
        """;
    Ingress wanted = YAML.unmarshal(asked, Ingress.class);
    Ingress there =
        YAML.unmarshal(
            asked.replace("spec: {", "spec: {ingressClassName: nginx, tls: [{secretName: s}], "),
            Ingress.class);
    Ingress merged = Overlay.of(wanted, there);
    assertThat(merged.getSpec().getIngressClassName()).isEqualTo("nginx");
    assertThat(merged.getSpec().getTls()).isEmpty();
    wanted.getSpec().setIngressClassName("other");
    assertThat(Overlay.of(wanted, there).getSpec().getIngressClassName()).isEqualTo("other");
  }

  @Test
  void keepsWhatOthersHaveSetBesideIt() {
    Deployment merged = Overlay.of(deployment(WANTED), deployment(ACTUAL));
    assertThat(merged)
        .isEqualTo(
            deployment(
                ACTUAL
                    .replace("replicas: 5\n  progress", "replicas: 1\n  progress")
                    .replace(", c: d", "")
                    .replace("image: other", "image: one")
                    .replace("value: y", "value: x")
                    .replaceAll("\n.*sidecar.*", "")));
    assertThat(Difference.between(deployment(WANTED), merged)).isEmpty();
  }

  @Test
  void isNothingNewWhereNothingDiffers() {
    Deployment actual = deployment(WANTED.replace("replicas", "minReadySeconds: 3\n  replicas"));
    assertThat(Overlay.of(deployment(WANTED), actual)).isEqualTo(actual);
  }

  @Test
  void isTheWantedTemplateWhollyWhenThatIsANewOne() {
    Deployment wanted = deployment(WANTED.replace("template-hash: one", "template-hash: two"));
    assertThat(Overlay.of(wanted, deployment(ACTUAL)).getSpec().getTemplate())
        .isEqualTo(wanted.getSpec().getTemplate());
  }

  @Test
  void keepsPortsAndClassOfAServiceAndTakesNoEntryOfAnotherName() {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: s}
        spec:
          selector: {a: b}
          ports: [{name: client, port: 8080}]
        """;
    String actual =
        service
            .replace("{a: b}", "{a: c}")
            .replace("port: 8080", "port: 1, nodePort: 30123")
            .replace("spec:", "spec:\n  loadBalancerClass: example.com/lb");
    Service merged =
        Overlay.of(YAML.unmarshal(service, Service.class), YAML.unmarshal(actual, Service.class));
    assertThat(merged.getSpec().getLoadBalancerClass()).isEqualTo("example.com/lb");
    assertThat(merged.getSpec().getPorts().getFirst().getNodePort()).isEqualTo(30123);
    assertThat(merged.getSpec().getPorts().getFirst().getPort()).isEqualTo(8080);
    assertThat(merged.getSpec().getSelector()).containsEntry("a", "b");
    Service other =
        Overlay.of(
            YAML.unmarshal(service, Service.class),
            YAML.unmarshal(actual.replace("name: client", "name: else"), Service.class));
    assertThat(other.getSpec().getPorts().getFirst().getNodePort()).isNull();
  }
}
