package dev.chatcluster.api.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the committed CRD promises to a user, asked of a real API server. */
@Tag("slow")
@RealApiServer.Required
@TestInstance(PER_CLASS)
class ApiServerTest {
  private static final ResourceDefinitionContext CHAT_CLUSTERS =
      new ResourceDefinitionContext.Builder()
          .withGroup("chatcluster.dev")
          .withVersion("v1")
          .withKind("ChatCluster")
          .withPlural("chatclusters")
          .withNamespaced(true)
          .build();

  private RealApiServer server;
  private KubernetesClient client;

  @BeforeAll
  void theDefinitionIsAcceptedAndEstablished() throws IOException {
    server = RealApiServer.start();
    client = server.client();
    var definition =
        Serialization.unmarshal(
            Files.readString(GeneratedFilesTest.DEFINITION), CustomResourceDefinition.class);
    client.resource(definition).create();
    server.awaitServed(definition);
    assertThat(client.resource(definition).get().getStatus().getConditions())
        .noneMatch(c -> c.getType().equals("NonStructuralSchema"));
  }

  @AfterAll
  void stop() {
    if (server != null) server.close();
  }

  @Test
  void theDefaultsOfTheApiServerAreThoseOfJava() {
    var minimal = chat("defaults", "{}");
    var stored = resource(minimal).create();
    var ofTheServer = tree(stored).get("spec");
    var ofJava =
        tree(Serialization.unmarshal(Serialization.asJson(minimal), ChatCluster.class).getSpec());
    assertThat(ofTheServer).isEqualTo(ofJava);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.chatcluster.api.v1.Specs#allowed")
  void allowedSpecsAreAccepted(Specs.Case allowed) {
    assertThat(resource(chat(allowed.metadataName(), allowed.spec())).dryRun().create())
        .isNotNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.chatcluster.api.v1.Specs#refused")
  void wrongSpecsAreRefusedWithAMessageThatSaysWhatIsAllowed(Specs.Case refused) {
    var answer =
        refusal(() -> resource(chat(refused.metadataName(), refused.spec())).dryRun().create());
    assertThat(answer).contains(refused.path()).contains(refused.message());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.chatcluster.api.v1.Specs#changes")
  void whatCannotChangeIsRefusedAndTheRestIsNot(Specs.Change change) {
    var created = resource(chat("change", change.before())).create();
    try {
      var changed = chat("change", change.after());
      changed.getMetadata().setResourceVersion(created.getMetadata().getResourceVersion());
      if (change.message() == null) {
        assertThat(resource(changed).dryRun().update()).isNotNull();
      } else {
        assertThat(refusal(() -> resource(changed).dryRun().update())).contains(change.message());
      }
    } finally {
      client.resource(created).delete();
    }
  }

  @Test
  void anObjectWithoutASpecIsRefused() {
    var empty = chat("empty", "{}");
    empty.getAdditionalProperties().remove("spec");
    assertThat(refusal(() -> resource(empty).dryRun().create()))
        .contains("spec")
        .contains("Required value");
  }

  @Test
  void unknownFieldsAreNamedWhenTheClientAsksForStrictness() {
    var typo = chat("typo", "{topic: {nmae: a}}");
    var answer =
        refusal(
            () ->
                client.raw(
                    "/apis/chatcluster.dev/v1/namespaces/default/chatclusters?dryRun=All&fieldValidation=Strict",
                    "POST",
                    typo));
    assertThat(answer).contains("unknown field \"spec.topic.nmae\"");
  }

  @Test
  void kubectlScaleReadsAndWritesThePartitions() {
    var created = resource(chat("scaled", "{partitions: 4}")).create();
    writeStatus(
        "scaled",
        """
        {partitions: 3, selector: "app.kubernetes.io/name=chat-consumer,chatcluster.dev/cluster=scaled"}
        """);
    Resource<GenericKubernetesResource> scaled = client.resource(created).inNamespace("default");
    var chats =
        client.genericKubernetesResources(CHAT_CLUSTERS).inNamespace("default").withName("scaled");

    Scale scale = chats.scale(null);
    assertThat(scale.getSpec().getReplicas()).isEqualTo(4);
    assertThat(scale.getStatus().getReplicas()).isEqualTo(3);
    assertThat(scale.getStatus().getSelector())
        .isEqualTo("app.kubernetes.io/name=chat-consumer,chatcluster.dev/cluster=scaled");

    scale.getSpec().setReplicas(6);
    chats.scale(scale);
    assertThat(partitions(scaled.get())).isEqualTo(6);

    scale.getSpec().setReplicas(0);
    scale.getMetadata().setResourceVersion(null);
    assertThat(refusal(() -> chats.scale(scale))).contains("spec.partitions");
  }

  @Test
  void theStatusIsWrittenApartFromTheSpec() {
    resource(chat("statused", "{partitions: 3}")).create();
    var chats = client.resources(ChatCluster.class).inNamespace("default");
    var chat = chats.withName("statused").get();
    var ready =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withReason("Ready")
            .withMessage("All 3 partitions are served.")
            .withLastTransitionTime("2026-01-01T00:00:00Z")
            .withObservedGeneration(1L)
            .build();
    var problem =
        new ChatClusterStatus.Problem(
            1, "Deployment/statused-partition-1", "Failed", "A sentence.", "2026-01-01T00:00:00Z");
    var status =
        new ChatClusterStatus(
            1L,
            3,
            3,
            "a=b",
            0,
            "log",
            "kafka",
            new ChatClusterStatus.Topic("statused", "id", 3, true, "2026-01-01T00:00:00Z"),
            "ws://here:8080",
            "1.0.0",
            0L,
            "2026-01-01T00:00:00Z",
            List.of(problem),
            List.of(ready));

    chat.setStatus(status);
    chats.resource(chat).update();
    assertThat(chats.withName("statused").get().getStatus())
        .as("written through the main resource")
        .isNull();

    var current = chats.withName("statused").get();
    current.setStatus(status);
    chats.resource(current).updateStatus();
    var read = chats.withName("statused").get();
    assertThat(read.getStatus()).isEqualTo(status);
    assertThat(read.getMetadata().getGeneration())
        .as("generation after a status write")
        .isEqualTo(1);

    var row = table("statused");
    assertThat(row.columns())
        .containsExactly("Name", "Partitions", "Ready", "Epoch", "Status", "Topic", "URL", "Age");
    assertThat(row.wide()).containsExactly("Topic", "URL");
    assertThat(row.cells().subList(0, 7))
        .containsExactly("statused", "3", "3", "0", "Ready", "statused", "ws://here:8080");
  }

  @Test
  void conditionsAreOneOfEachType() {
    resource(chat("conditioned", "{}")).create();
    String ready =
        "{type: Ready, status: 'True', reason: Ready, message: '', lastTransitionTime: '2026-01-01T00:00:00Z'}";
    assertThat(
            refusal(
                () -> writeStatus("conditioned", "{conditions: [%s, %s]}".formatted(ready, ready))))
        .contains("status.conditions[1]")
        .contains("Duplicate value");
  }

  @Test
  void itIsListedByItsShortNameAndItsCategory() {
    var names = json("/apis/chatcluster.dev/v1").get("resources").get(0);
    assertThat(names.get("shortNames")).hasSize(1).allMatch(n -> n.asText().equals("chat"));
    assertThat(names.get("categories")).hasSize(1).allMatch(n -> n.asText().equals("all"));
  }

  @Test
  void theExamplesOfTheDocumentationAreAccepted() throws IOException {
    Path examples = GeneratedFilesTest.DEFINITION.resolveSibling("../docs/examples").normalize();
    List<Path> files;
    try (var found = Files.walk(examples)) {
      files = found.filter(f -> f.toString().endsWith(".yaml")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      for (String document : Files.readString(file).split("(?m)^---$")) {
        var node = Definition.YAML.readTree(document);
        if (!node.path("kind").asText().equals("ChatCluster")) continue;
        var example = Serialization.unmarshal(document, GenericKubernetesResource.class);
        example.getMetadata().setNamespace("default");
        var answer =
            client.raw(
                "/apis/chatcluster.dev/v1/namespaces/default/chatclusters?dryRun=All&fieldValidation=Strict",
                "POST",
                example);
        assertThat(answer).as("%s", file).isNotEmpty();
      }
    }
  }

  private Resource<GenericKubernetesResource> resource(GenericKubernetesResource chat) {
    return client.genericKubernetesResources(CHAT_CLUSTERS).inNamespace("default").resource(chat);
  }

  private static GenericKubernetesResource chat(String name, String spec) {
    return Serialization.unmarshal(
        Specs.chat(name, spec).toString(), GenericKubernetesResource.class);
  }

  private void writeStatus(String name, String status) {
    var chat =
        client
            .genericKubernetesResources(CHAT_CLUSTERS)
            .inNamespace("default")
            .withName(name)
            .get();
    chat.setAdditionalProperty("status", yaml(status));
    resource(chat).updateStatus();
  }

  private static JsonNode tree(Object object) {
    return Serialization.unmarshal(Serialization.asJson(object), JsonNode.class);
  }

  private static Object yaml(String text) {
    try {
      return Definition.YAML.readValue(text, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int partitions(GenericKubernetesResource chat) {
    return chat.get("spec", "partitions");
  }

  private static String refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var refused = catchThrowableOfType(KubernetesClientException.class, call);
    assertThat(refused).as("a refusal").isNotNull();
    assertThat(refused.getCode()).isBetween(400, 422);
    return refused.getMessage();
  }

  private JsonNode json(String path) {
    return Serialization.unmarshal(client.raw(path), JsonNode.class);
  }

  private record Row(List<String> columns, List<String> wide, List<String> cells) {}

  /** As kubectl asks for it. */
  private Row table(String name) {
    var client = this.client.getHttpClient();
    var request =
        client
            .newHttpRequestBuilder()
            .uri(
                this.client.getMasterUrl()
                    + "apis/chatcluster.dev/v1/namespaces/default/chatclusters/"
                    + name)
            .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .build();
    var body = client.sendAsync(request, String.class).join().body();
    var table = Serialization.unmarshal(body, JsonNode.class);
    List<String> columns = new ArrayList<>();
    List<String> wide = new ArrayList<>();
    for (var column : table.get("columnDefinitions")) {
      columns.add(column.get("name").asText());
      if (column.get("priority").asInt() > 0) wide.add(column.get("name").asText());
    }
    List<String> cells = new ArrayList<>();
    table.get("rows").get(0).get("cells").forEach(c -> cells.add(c.asText()));
    return new Row(columns, wide, cells);
  }
}
