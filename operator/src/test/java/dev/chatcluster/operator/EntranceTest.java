package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.operator.desired.HttpRoutes;
import dev.chatcluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ways in from outside, as they come and go with the spec. */
class EntranceTest extends OnMockApi {
  private static final String ROUTE =
      "listener: {httpRoute: {parentRefs: [{name: edge}], hostnames: [chat.example.com]}}";

  @Test
  void anIngressComesChangesAndGoes() {
    ready("in", 2, "listener: {ingress: {host: chat.example.com, tlsSecretName: chat-tls}}");
    assertThat(ingress("in").getSpec().getTls()).hasSize(1);
    assertThat(ingress("in").getSpec().getRules().getFirst().getHttp().getPaths()).hasSize(3);
    assertThat(world.get("in").getStatus().url()).isEqualTo("wss://chat.example.com");

    world.change(cluster("in", 2, brokers, "listener: {ingress: {host: chat.example.com}}"));
    await().atMost(SOON).until(() -> ingress("in").getSpec().getTls().isEmpty());
    world.change(cluster("in", 2, brokers));
    await().atMost(SOON).until(() -> ingress("in") == null);
    assertThat(world.awaitEvent("Removed").getMessage()).contains("Ingress/in-clients");
  }

  @Test
  void anIngressOfSomebodyElseIsLeftAsItIs() {
    Ingress others =
        world
            .client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: taken-clients, namespace: %s}
                spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
                """
                    .formatted(NAMESPACE),
                Ingress.class);
    world.client.resource(others).create();
    ready("taken", 1);
    assertThat(ingress("taken").getSpec()).isEqualTo(others.getSpec());
    world.change(cluster("taken", 1, brokers, "listener: {ingress: {host: a.example.com}}"));
    assertThat(world.awaitReady("taken", "NameTaken")).contains("Ingress/taken-clients");
    assertThat(ingress("taken").getSpec()).isEqualTo(others.getSpec());
  }

  @Test
  void routesComeAndGo() {
    ready("gate", 2, ROUTE);
    assertThat(routes()).containsExactly("gate-clients", "gate-partition-0", "gate-partition-1");
    assertThat(world.get("gate").getStatus().url()).isEqualTo("wss://chat.example.com");
    world.change(cluster("gate", 2, brokers));
    await().atMost(SOON).until(() -> routes().isEmpty());
    await()
        .atMost(SOON)
        .until(
            () ->
                !world
                    .service("gate-clients")
                    .get()
                    .getMetadata()
                    .getAnnotations()
                    .containsKey("chatcluster.dev/http-routes"));
  }

  @Test
  void routesThatCannotBeDeletedHoldUpNothingElse() {
    ready("stuck", 1, ROUTE);
    api.fail(403, (method, path, body) -> method.equals("DELETE") && path.contains("/httproutes"));
    world.change(cluster("stuck", 1, brokers, "listener: {service: {type: NodePort}}"));
    assertThat(world.awaitReady("stuck", "Forbidden")).contains("HTTPRoute/stuck-");
    assertThat(clients("stuck").getSpec().getType()).isEqualTo("NodePort");
    assertThat(clients("stuck").getMetadata().getAnnotations()).containsKey(Labels.HTTP_ROUTES);
    api.heal();
    await().atMost(SOON).until(() -> routes().isEmpty());
    await()
        .atMost(SOON)
        .until(
            () -> !clients("stuck").getMetadata().getAnnotations().containsKey(Labels.HTTP_ROUTES));
    assertThat(world.events("DriftCorrected")).isEmpty();
  }

  private Service clients(String name) {
    return world.service(name + "-clients").get();
  }

  @Test
  void aMissingGatewayApiIsSaidAndHoldsUpNothingElse() {
    api.fail(404, (method, path, body) -> path.contains("gateway.networking.k8s.io"));
    world.apply(cluster("none", 2, brokers, ROUTE));
    assertThat(world.awaitReady("none", "GatewayApiMissing"))
        .contains("spec.listener.httpRoute", "install the Gateway API");
    podsCome("none", 2);
    world.awaitCondition("none", "ConsumersReady", "ConsumersReady");
    api.heal();
    world.awaitReady("none", "Ready");
    assertThat(routes()).hasSize(3);
  }

  @Test
  void whatAPodTemplateAsksForInVainIsAWarning() {
    ready(
        "vain",
        1,
        "consumer: {podTemplate: {spec: {priorityClassName: high, containers: [{name: consumer, image: x}]}}}");
    assertThat(world.awaitCondition("vain", "Warning", "PodTemplateReserved"))
        .contains("spec.containers[consumer].image");
    var pod = world.deployment("vain-partition-0").get().getSpec().getTemplate().getSpec();
    assertThat(pod.getPriorityClassName()).isEqualTo("high");
    assertThat(pod.getContainers().getFirst().getImage()).isEqualTo("chat-consumer:test");
  }

  private Ingress ingress(String name) {
    return world
        .client
        .network()
        .v1()
        .ingresses()
        .inNamespace(NAMESPACE)
        .withName(name + "-clients")
        .get();
  }

  private List<String> routes() {
    return world
        .client
        .genericKubernetesResources(HttpRoutes.KIND)
        .inNamespace(NAMESPACE)
        .list()
        .getItems()
        .stream()
        .map((GenericKubernetesResource r) -> r.getMetadata().getName())
        .sorted()
        .toList();
  }
}
