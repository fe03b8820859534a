package dev.chatcluster.quickstart.objects;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourcesTest {
  @TempDir Path folder;
  private Resources resources;
  private ObjectStore store;

  @BeforeEach
  void startACluster() throws IOException {
    resources = Fixtures.cluster();
    store = resources.store();
  }

  private ResourceType type(String id) {
    return resources.types().byId(id).orElseThrow();
  }

  private ObjectNode create(String type, String yaml) {
    return resources.create(type(type), "default", yaml(yaml), WriteOptions.plain());
  }

  private ObjectNode createStudyhub() {
    return create(
        "chatclusters.chatcluster.dev",
        "{metadata: {name: studyhub}, spec: {partitions: 3, kafka: {bootstrapServers: 'k:9092'}}}");
  }

  private ObjectNode merge(String name, Resources.Part part, String patch) {
    ResourceType type = type("chatclusters.chatcluster.dev");
    return resources.update(
        type,
        type.key("default", name),
        part,
        old -> MergePatch.apply(old, yaml(patch)),
        WriteOptions.plain());
  }

  @Test
  void raisesTheGenerationWithTheSpecOnly() {
    assertThat(createStudyhub().at("/metadata/generation").asInt()).isEqualTo(1);
    Resources.Part all = Resources.Part.ALL_BUT_STATUS;
    assertThat(
            merge("studyhub", all, "{metadata: {annotations: {a: b}}}")
                .at("/metadata/generation")
                .asInt())
        .isEqualTo(1);
    assertThat(merge("studyhub", all, "{spec: {paused: true}}").at("/metadata/generation").asInt())
        .isEqualTo(2);
  }

  @Test
  void keepsSpecAndStatusApart() {
    createStudyhub();
    String both = "{spec: {paused: true}, status: {epoch: 7}}";
    ObjectNode afterStatus = merge("studyhub", Resources.Part.STATUS, both);
    assertThat(afterStatus.at("/spec/paused").asBoolean()).isFalse();
    assertThat(afterStatus.at("/status/epoch").asInt()).isEqualTo(7);
    ObjectNode afterSpec = merge("studyhub", Resources.Part.ALL_BUT_STATUS, "{status: {epoch: 8}}");
    assertThat(afterSpec.at("/status/epoch").asInt()).isEqualTo(7);
  }

  @Test
  void writesNothingWhenNothingChanges() {
    createStudyhub();
    List<Change> changes = new ArrayList<>();
    store.watch(key -> true, store.version(), changes::add);
    long before = store.version();
    merge("studyhub", Resources.Part.ALL_BUT_STATUS, "{spec: {partitions: 3}}");
    assertThat(store.version()).isEqualTo(before);
    assertThat(changes).isEmpty();
  }

  @Test
  void refusesAnUpdateOfAnOldVersion() {
    ObjectNode first = createStudyhub();
    String version = Json.text(first, "/metadata/resourceVersion");
    merge("studyhub", Resources.Part.ALL_BUT_STATUS, "{spec: {paused: true}}");
    assertThatThrownBy(
            () ->
                merge(
                    "studyhub",
                    Resources.Part.ALL_BUT_STATUS,
                    "{metadata: {resourceVersion: '" + version + "'}, spec: {paused: false}}"))
        .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo(409));
  }

  @Test
  void removesWhatIsOwnedAfterItsOwner() {
    ObjectNode owner = createStudyhub();
    ObjectNode owned = yaml("{metadata: {name: owned}, data: {a: b}}");
    Json.metadata(owned).putArray("ownerReferences").add(Json.ownerReference(owner));
    resources.create(type("configmaps"), "default", owned, WriteOptions.plain());
    create("configmaps", "{metadata: {name: free}}");
    try (GarbageCollector collector = new GarbageCollector(resources)) {
      assertThat(collector).isNotNull();
      ResourceType type = type("chatclusters.chatcluster.dev");
      resources.delete(type, type.key("default", "studyhub"), Json.object(), false);
      await()
          .untilAsserted(
              () ->
                  assertThat(store.list("configmaps"))
                      .extracting(Json::name)
                      .containsExactly("free"));
    }
  }

  @Test
  void keepsWhatHasAFinalizerUntilItIsTakenAway() {
    createStudyhub();
    Resources.Part all = Resources.Part.ALL_BUT_STATUS;
    merge("studyhub", all, "{metadata: {finalizers: [a/b]}}");
    ResourceType type = type("chatclusters.chatcluster.dev");
    Key key = type.key("default", "studyhub");
    resources.delete(type, key, Json.object(), false);
    assertThat(store.get(key)).hasValueSatisfying(o -> assertThat(Json.isBeingDeleted(o)).isTrue());
    merge("studyhub", all, "{metadata: {finalizers: null}}");
    assertThat(store.get(key)).isEmpty();
  }

  @Test
  void emptiesANamespaceBeforeItGoes() {
    resources.create(
        ResourceTypes.NAMESPACES, "", yaml("{metadata: {name: team}}"), WriteOptions.plain());
    resources.create(
        type("configmaps"), "team", yaml("{metadata: {name: a}}"), WriteOptions.plain());
    Key key = ResourceTypes.NAMESPACES.key("", "team");
    try (GarbageCollector collector = new GarbageCollector(resources)) {
      assertThat(collector).isNotNull();
      resources.delete(ResourceTypes.NAMESPACES, key, Json.object(), false);
      await().until(() -> store.get(key).isEmpty());
      assertThat(store.list("configmaps")).isEmpty();
    }
  }

  @Test
  void refusesANameThatIsTakenAndANamespaceThatIsNotThere() {
    createStudyhub();
    assertThatThrownBy(this::createStudyhub)
        .isInstanceOf(Refused.class)
        .hasMessageContaining("already exists");
    assertThatThrownBy(
            () ->
                resources.create(
                    type("configmaps"),
                    "nowhere",
                    yaml("{metadata: {name: a}}"),
                    WriteOptions.plain()))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("namespaces \"nowhere\" not found");
  }

  @Test
  void givesEachServicePortAPortOfThisMachineThatStays() {
    ObjectNode created = create("services", "{metadata: {name: s}, spec: {ports: [{port: 8080}]}}");
    int port = created.at("/spec/ports/0/nodePort").asInt();
    assertThat(port).isBetween(32000, 32767);
    ResourceType type = type("services");
    ObjectNode replaced =
        resources.update(
            type,
            type.key("default", "s"),
            Resources.Part.ALL_BUT_STATUS,
            old -> yaml("{metadata: {name: s, labels: {a: b}}, spec: {ports: [{port: 8080}]}}"),
            WriteOptions.plain());
    assertThat(replaced.at("/spec/ports/0/nodePort").asInt()).isEqualTo(port);
  }

  @Test
  void hasEverythingAgainAfterARestartAndNoVersionTwice() throws IOException {
    Path file = folder.resolve("objects.json");
    try (StateFile state = new StateFile(store, file)) {
      assertThat(state).isNotNull();
      createStudyhub();
    }
    ObjectStore again = new ObjectStore();
    try (StateFile state = new StateFile(again, file)) {
      assertThat(state).isNotNull();
      assertThat(again.all()).isEqualTo(store.all());
      assertThat(again.version()).isGreaterThan(store.version());
      assertThatThrownBy(() -> again.watch(key -> true, store.version(), change -> {}))
          .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo(410));
    }
    Files.writeString(file, "{\"version\":");
    assertThatThrownBy(() -> new StateFile(new ObjectStore(), file).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("delete it to begin anew");
  }

  @Test
  void selectsByLabelsAndFields() {
    ObjectNode object = yaml("{metadata: {name: a, labels: {app: chat, tier: x}}, type: Normal}");
    for (String yes :
        List.of("", "app=chat", "app in (chat, b),tier", "!zone,tier!=y", "app==chat")) {
      assertThat(Selector.labels(yes).test(object)).as(yes).isTrue();
    }
    for (String no : List.of("app=b", "app notin (chat)", "!app", "zone", "app!=chat")) {
      assertThat(Selector.labels(no).test(object)).as(no).isFalse();
    }
    assertThat(Selector.fields("metadata.name=a,type!=Warning").test(object)).isTrue();
    assertThat(Selector.fields("metadata.name=b").test(object)).isFalse();
  }
}
