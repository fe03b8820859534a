package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;

/**
 * What a user asks for. A missing field has its default here as it has on an API server; only
 * {@code partitions} and {@code kafka} have none and may be null where no API server has checked
 * the object.
 */
@JsonClassDescription("What is asked for.")
@ApiObject
@ValidationRule(
    value =
        "has(self.topic) && has(self.topic.name)"
            + " ? has(oldSelf.topic) && has(oldSelf.topic.name) && self.topic.name == oldSelf.topic.name"
            + " : !has(oldSelf.topic) || !has(oldSelf.topic.name)",
    message =
        "spec.topic.name cannot be changed, added or removed: the messages lie in the topic that the ChatCluster was"
            + " created with; create another ChatCluster for another topic")
@ValidationRule(
    value =
        "has(self.rooms) && has(self.rooms.source)"
            + " ? has(oldSelf.rooms) && has(oldSelf.rooms.source) && self.rooms.source == oldSelf.rooms.source"
            + " : !has(oldSelf.rooms) || !has(oldSelf.rooms.source)",
    message =
        "spec.rooms.source cannot be changed: it decides which room each message of the topic belongs to; create another"
            + " ChatCluster on another topic")
@ValidationRule(
    value =
        "has(self.rooms) && has(self.rooms.partitioning)"
            + " ? has(oldSelf.rooms) && has(oldSelf.rooms.partitioning)"
            + " && self.rooms.partitioning == oldSelf.rooms.partitioning"
            + " : !has(oldSelf.rooms) || !has(oldSelf.rooms.partitioning)",
    message =
        "spec.rooms.partitioning cannot be changed: it decides in which partition a room's messages lie; create another"
            + " ChatCluster on another topic")
public record ChatClusterSpec(
    @Required
        @SpecReplicas
        @Min(1)
        @Max(1000)
        @JsonPropertyDescription(
            "Number of partitions the rooms are spread over, each with pods of its own. 1 to 1000. Also what `kubectl"
                + " scale --replicas` sets. It may be changed at any time, up and down, under load; the condition Rescaling"
                + " says how far that is.")
        Integer partitions,
    @Default("false")
        @JsonPropertyDescription(
            "true stops all changes to Kafka, Deployments and Services; the status is still written, and deletion goes on."
                + " The pods keep running. A change of the partition count that has passed its cut is completed, none is"
                + " begun.")
        Boolean paused,
    @Required @JsonPropertyDescription("The Kafka that holds the messages.") KafkaSpec kafka,
    @JsonPropertyDescription("The topic that holds the messages.") TopicSpec topic,
    @JsonPropertyDescription("How messages belong to rooms, and rooms to partitions.")
        RoomsSpec rooms,
    @Default("{}") @JsonPropertyDescription("How the partition count is changed.")
        RescaleSpec rescale,
    @JsonPropertyDescription("The pods that serve the partitions.") ConsumerSpec consumer,
    @Default("{}")
        @JsonPropertyDescription(
            "Labels and annotations for every object that the operator makes for this ChatCluster.")
        TemplateSpec template,
    @JsonPropertyDescription("How clients reach the pods, and what they may send.")
        ListenerSpec listener) {

  /** Puts the default in place of each missing field. */
  public ChatClusterSpec {
    if (paused == null) paused = false;
    if (topic == null) topic = new TopicSpec(null, null, null, null, null);
    if (rooms == null) rooms = new RoomsSpec(null, null, null);
    if (rescale == null) rescale = new RescaleSpec(null);
    if (consumer == null)
      consumer = new ConsumerSpec(null, null, null, null, null, null, null, null, null);
    if (template == null) template = new TemplateSpec(null, null);
    if (listener == null) listener = new ListenerSpec(null, null, null, null, null, null, null);
  }
}
