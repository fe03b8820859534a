package dev.chatcluster.quickstart.schema;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.cel.Expression;
import dev.chatcluster.quickstart.objects.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomSchemaTest {
  private CustomSchema schema;

  @BeforeEach
  void readTheProjectsCrd() throws IOException {
    ObjectNode crd = Json.read(Files.readAllBytes(Fixtures.CRD));
    schema = new CustomSchema(crd.at("/spec/versions/0/schema/openAPIV3Schema"));
  }

  private static ObjectNode studyhub() {
    return yaml(
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: studyhub}
        spec:
          partitions: 3
          kafka: {bootstrapServers: "kafka:9092"}
          rooms: {source: {type: Json, pointer: /roomId}}
        """);
  }

  @Test
  void fillsInDefaultsAlsoWithinDefaults() {
    ObjectNode object = studyhub();
    schema.complete(object);
    assertThat(Json.text(object, "/spec/rooms/partitioning")).isEqualTo("KafkaDefault");
    assertThat(object.at("/spec/consumer/drainSeconds").asInt()).isEqualTo(30);
    assertThat(Json.text(object, "/spec/listener/limits/messageBytes")).isEqualTo("1Mi");
    assertThat(schema.check(object, Optional.empty())).isEmpty();
  }

  @Test
  void removesAndNamesUnknownFields() {
    ObjectNode object = studyhub();
    object.withObject("/spec/kafka").put("bootstrapServer", "x");
    assertThat(schema.prune(object)).containsExactly("spec.kafka.bootstrapServer");
    assertThat(object.at("/spec/kafka").has("bootstrapServer")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec | partitions | 0 | spec.partitions | should be greater than or equal to 1",
        "/spec | partitions | 1001 | spec.partitions | should be less than or equal to 1000",
        "/spec | partitions | \"three\" | spec.partitions | must be of type integer",
        "/spec | partitions | null | spec.partitions | Required value",
        "/spec/rooms | partitioning | \"Random\" | spec.rooms.partitioning | supported values: ",
        "/spec/topic | name | \"a b\" | spec.topic.name | should match",
        "/spec | rescale | {\"producerRefresh\":\"24h1s\"} | spec.rescale.producerRefresh | must be at most 24h",
        "/spec/topic | name | \"..\" | spec.topic.name | a topic cannot be named",
        "/spec/rooms | source | {\"type\":\"Header\"} | spec.rooms.source | name",
        "/spec/listener/limits | messageBytes | \"1\" | spec.listener.limits.messageBytes | 1Ki",
        "/metadata | name | \"0room\" | <nil> | metadata.name must begin with a letter",
      })
  void namesTheFieldThatIsWrongAndWhy(
      String parent, String field, String value, String where, String why) {
    ObjectNode object = studyhub();
    object.withObject(parent).set(field, yaml("v: " + value).get("v"));
    schema.prune(object);
    schema.complete(object);
    assertThat(schema.check(object, Optional.empty()))
        .anySatisfy(
            violation -> {
              assertThat(violation.field()).isEqualTo(where);
              assertThat(violation.message()).contains(why);
            });
  }

  @Test
  void refusesToChangeAddOrRemoveWhatIsImmutable() {
    ObjectNode old = studyhub();
    schema.complete(old);
    ObjectNode changed = old.deepCopy();
    changed.withObject("/spec/rooms").put("partitioning", "Jump");
    ObjectNode added = old.deepCopy();
    added.withObject("/spec/topic").put("name", "other");
    for (ObjectNode next : List.of(changed, added)) {
      assertThat(schema.check(next, Optional.of(old)))
          .singleElement()
          .satisfies(v -> assertThat(v.message()).contains("cannot be changed"));
    }
    assertThat(schema.check(old, Optional.of(added)))
        .singleElement()
        .satisfies(v -> assertThat(v.message()).contains("spec.topic.name cannot be changed"));
  }

  @Test
  void readsEveryRuleOfTheProjectsCrd() throws IOException {
    ObjectNode crd = Json.read(Files.readAllBytes(Fixtures.CRD));
    crd.findValues("x-kubernetes-validations")
        .forEach(
            rules ->
                rules.forEach(
                    rule -> assertThat(Expression.parse(rule.path("rule").asText())).isNotNull()));
  }
}
