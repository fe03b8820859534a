package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** The topic of the messages; its control topic is named after it with {@code .control} behind. */
@ApiObject
@ValidationRule(
    value =
        "!(has(self.management) && self.management == 'External'"
            + " && has(self.deletionPolicy) && self.deletionPolicy == 'Delete')",
    message =
        "deletionPolicy Delete does not go with management External: only topics of the operator's own are deleted")
public record TopicSpec(
    @Size(min = 1, max = 240)
        @Pattern("^[A-Za-z0-9._-]+$")
        @ValidationRule(
            value = "self != '.' && self != '..'",
            message = "a topic cannot be named '.' or '..'")
        @ValidationRule(
            value = "!self.endsWith('.control')",
            message = "a topic named *.control is the control topic of another")
        @JsonPropertyDescription(
            "Name of the topic: letters, digits, '.', '_' and '-', at most 240 characters, since the control topic adds"
                + " \".control\" to it; it cannot end so itself. When absent, metadata.name. Cannot be changed, added or removed later. A topic"
                + " that exists is adopted and never shrunk.")
        String name,
    @Default("Managed")
        @OneOf({"Managed", "External"})
        @JsonPropertyDescription(
            "Who owns the topic. Managed: the operator creates it, adds partitions and alters its configuration."
                + " External: somebody else does, for example Strimzi's topic operator: it is never created, altered or"
                + " deleted here, and what it must be and is not stands in the conditions. The control topic is the"
                + " operator's in both cases.")
        String management,
    @Min(1)
        @Max(100)
        @JsonPropertyDescription(
            "Replication factor with which the topic and its control topic are created. 1 to 100, and not more than there"
                + " are brokers. When absent, the broker's default. Used at creation only: a later difference is a"
                + " Warning.")
        Integer replicas,
    @ValidationRule(
            value = "!('cleanup.policy' in self) || self['cleanup.policy'] == 'delete'",
            message =
                "cleanup.policy must be delete: with compaction Kafka removes messages out of the middle of a room's"
                    + " order")
        @Size(max = 64)
        @JsonPropertyDescription(
            "Configuration of the topic, for example retention.ms. At most 64. With management External a difference is a"
                + " Warning and nothing is altered. A topic that the operator creates gets"
                + " cleanup.policy=delete, max.message.bytes, with 3 replicas or more min.insync.replicas=2, and these over"
                + " them; of a topic that existed before only the keys given here are altered. Numbers and booleans are"
                + " written in quotes. What is removed here later is left as it is.")
        Map<String, @Size(max = 4096) String> config,
    @Default("Retain")
        @OneOf({"Retain", "Delete"})
        @JsonPropertyDescription(
            "What becomes of the topic when the ChatCluster is deleted. Retain: it stays, with all messages. Delete: the"
                + " topic and its control topic are deleted once the pods are gone, if the operator created them and no other"
                + " ChatCluster names them; only then does the ChatCluster have a finalizer. When Kafka does not do it"
                + " within two minutes of being asked, the ChatCluster goes, the topics stay, and an Event says so.")
        String deletionPolicy) {

  /** Puts the default in place of each missing field. */
  public TopicSpec {
    config = Sorted.byKey(config);
    if (management == null) management = "Managed";
    if (deletionPolicy == null) deletionPolicy = "Retain";
  }

  /** Whether the topic is somebody else's: never created, altered or deleted by us. */
  public boolean external() {
    return "External".equals(management);
  }
}
