package dev.chatcluster.api.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the Java types do by themselves, where no API server has looked at the object. */
class TypesTest {
  @Test
  void theDefaultsOfTheDefinitionAreThoseOfJava() {
    var minimal = Specs.chat("minimal", "{}");
    var ofJava = Serialization.unmarshal(minimal.toString(), ChatCluster.class).getSpec();
    var ofTheDefinition = (ObjectNode) minimal.get("spec");
    var fields =
        Definition.generate()
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties");
    for (var field : fields.properties())
      if (field.getValue().has("default"))
        ofTheDefinition.set(field.getKey(), field.getValue().get("default"));
    assertThat(Serialization.unmarshal(Serialization.asJson(ofJava), JsonNode.class))
        .isEqualTo(Serialization.unmarshal(ofTheDefinition.toString(), JsonNode.class));
  }

  @Test
  void whatIsDerivedFromAMapHasTheSameOrderEverywhere() {
    var spec = new KafkaSpec("kafka:9092", null, null, Map.of("c", "3", "a", "1", "b", "2"));
    assertThat(spec.config().keySet()).containsExactly("a", "b", "c");
  }

  @Test
  void anEmptyObjectThatMeansSomethingIsNotLost() {
    var chat =
        Serialization.unmarshal(
            Specs.chat("tls", "{kafka: {tls: {}}}").toString(), ChatCluster.class);
    assertThat(chat.getSpec().kafka().tls()).isNotNull();
    var again = Serialization.unmarshal(Serialization.asJson(chat), ChatCluster.class);
    assertThat(again.getSpec()).isEqualTo(chat.getSpec());
  }

  @Test
  void anObjectOfANewerVersionIsReadWithoutWhatIsNotKnown() {
    var chat =
        Serialization.unmarshal(
            Specs.chat(
                    "newer", "{rescale: {producerRefresh: 5m, pace: Slow}, topic: {colour: Red}}")
                .toString(),
            ChatCluster.class);
    assertThat(chat.getSpec().topic().deletionPolicy()).isEqualTo("Retain");
  }

  @Test
  void anObjectWithUnknownValuesIsStillReadSoThatTheyCanBeNamed() {
    var chat =
        Serialization.unmarshal(
            Specs.chat("wrong", "{rooms: {source: {type: Body}}}").toString(), ChatCluster.class);
    assertThat(chat.getSpec().rooms().source().type()).isEqualTo("Body");
  }
}
