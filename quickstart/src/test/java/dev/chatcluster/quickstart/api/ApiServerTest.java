package dev.chatcluster.quickstart.api;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiServerTest {
  private Resources resources;
  private ApiServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    resources = Fixtures.cluster();
    server = ApiServer.start(resources, (namespace, pod, previous) -> Optional.empty(), 0);
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl(server.url())
                    .withNamespace("default")
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static ConfigMap map(String name, String label) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app", label)
        .endMetadata()
        .addToData("k", "v")
        .build();
  }

  @Test
  void servesTheOperatorsClient() {
    ConfigMap created = client.configMaps().resource(map("a", "x")).create();
    assertThat(created.getMetadata().getUid()).isNotEmpty();
    client.configMaps().resource(map("b", "y")).create();
    assertThat(client.configMaps().withLabel("app", "x").list().getItems()).hasSize(1);
    client
        .configMaps()
        .withName("a")
        .edit(m -> new ConfigMapBuilder(m).addToData("n", "1").build());
    assertThat(client.configMaps().withName("a").get().getData())
        .isEqualTo(Map.of("k", "v", "n", "1"));
    client
        .configMaps()
        .withName("a")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"k\":null}}");
    assertThat(client.configMaps().withName("a").get().getData()).isEqualTo(Map.of("n", "1"));
    client.configMaps().withName("a").delete();
    assertThat(client.configMaps().withName("a").get()).isNull();
  }

  @Test
  void answersConflictsWith409() {
    ConfigMap old = client.configMaps().resource(map("a", "x")).create();
    client
        .configMaps()
        .withName("a")
        .edit(m -> new ConfigMapBuilder(m).addToData("n", "1").build());
    assertThatThrownBy(() -> client.configMaps().resource(old).update())
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    assertThatThrownBy(() -> client.configMaps().resource(map("a", "x")).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
  }

  @Test
  void keepsAnInformerUpToDate() {
    client.configMaps().resource(map("before", "x")).create();
    try (SharedIndexInformer<ConfigMap> informer =
        client.configMaps().withLabel("app", "x").inform()) {
      client.configMaps().resource(map("after", "x")).create();
      client.configMaps().resource(map("other", "y")).create();
      await()
          .untilAsserted(
              () ->
                  assertThat(informer.getStore().list())
                      .extracting(m -> m.getMetadata().getName())
                      .containsExactlyInAnyOrder("before", "after"));
      // What no longer fits the selector is gone for the informer.
      client
          .configMaps()
          .withName("after")
          .edit(m -> new ConfigMapBuilder(m).editMetadata().addToLabels("app", "y").and().build());
      await().untilAsserted(() -> assertThat(informer.getStore().list()).hasSize(1));
    }
  }

  @Test
  void namesTheFieldsOfAnInvalidObject() {
    GenericKubernetesResource invalid = new GenericKubernetesResource();
    invalid.setApiVersion("chatcluster.dev/v1");
    invalid.setKind("ChatCluster");
    invalid.setMetadata(new ObjectMetaBuilder().withName("a").build());
    invalid.setAdditionalProperty("spec", Map.of("partitions", 0));
    assertThatThrownBy(() -> client.resource(invalid).inNamespace("default").create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(422);
              assertThat(e.getStatus().getDetails().getCauses())
                  .extracting(c -> c.getField())
                  .containsExactlyInAnyOrder("spec.partitions", "spec.kafka");
            });
  }

  @Test
  void isNotForBrowsers() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/namespaces/default/configmaps"))
              .header("Origin", "http://evil.example")
              .POST(HttpRequest.BodyPublishers.ofString("{\"metadata\":{\"name\":\"x\"}}"))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
      assertThat(client.configMaps().list().getItems()).isEmpty();
    }
  }

  private static ObjectNode firstLine(String text) {
    return yaml(text.lines().findFirst().orElseThrow());
  }

  @Test
  void tellsAWatcherWhoseVersionIsForgotten() throws Exception {
    for (int i = 0; i < 1100; i++) {
      resources.create(
          ResourceTypes.EVENTS,
          "default",
          yaml("{metadata: {name: e" + i + "}}"),
          WriteOptions.plain());
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      String path = "/api/v1/events?watch=true&resourceVersion=2&timeoutSeconds=5";
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(Json.text(firstLine(response.body()), "/type")).isEqualTo("ERROR");
      assertThat(firstLine(response.body()).at("/object/code").asInt()).isEqualTo(410);
    }
  }
}
