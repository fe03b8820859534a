package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/** What the operator found and did. A field that it does not know yet is null. */
@JsonClassDescription("What the operator found and did. Written by the operator alone.")
@ApiObject
public record ChatClusterStatus(
    @JsonPropertyDescription("The metadata.generation that this status is about.")
        Long observedGeneration,
    @StatusReplicas
        @JsonPropertyDescription(
            "Partitions that the messages are spread over now, of the newest epoch; not always what the spec asks for.")
        Integer partitions,
    @JsonPropertyDescription("Partitions with at least one ready pod.") Integer readyPartitions,
    @LabelSelector
        @JsonPropertyDescription(
            "Label selector of the pods, for autoscalers and `kubectl get pods -l`.")
        String selector,
    @JsonPropertyDescription(
            "Number of the newest epoch: 0 at first, one more with each change of the partition count.")
        Integer epoch,
    @JsonPropertyDescription(
            "Identity of the log, random, written into the control topic with the first epoch. It survives deletion and"
                + " creation of the ChatCluster.")
        String logId,
    @JsonPropertyDescription("Id of the Kafka cluster that holds the messages.")
        String kafkaClusterId,
    @JsonPropertyDescription("The topic as it was found in Kafka.") Topic topic,
    @JsonPropertyDescription(
            "Where clients connect, for example ws://studyhub-clients.default.svc:8080.")
        String url,
    @JsonPropertyDescription("Version of the operator that wrote this status.") String version,
    @JsonPropertyDescription(
            "Records that were in the topic at the last look and that the routers have not passed since. Looked at once a"
                + " minute, and every second after a change of the partition count until it is 0. 0: nothing that was written"
                + " before that look waits to be forwarded to the partition that owns its room.")
        Long strayLag,
    @JsonPropertyDescription(
            "When that look at the topic was, RFC 3339 in UTC: what was written before it is counted in strayLag. A look that"
                + " finds the topic and the lag as they were leaves the former time, so that nothing is written to the"
                + " status of a ChatCluster in whose topic nothing is written.")
        String strayLagAt,
    @Size(max = 20)
        @JsonPropertyDescription("What is wrong now, at most 20; empty when all is well.")
        List<Problem> problems,
    @Size(max = 16)
        @JsonPropertyDescription(
            "The state in the form of Kubernetes' conditions: Ready, TopicReady, ConsumersReady, Rescaling, Paused,"
                + " Warning.")
        List<Condition> conditions) {

  /** Puts an empty list in place of a missing one. */
  public ChatClusterStatus {
    problems = problems == null ? List.of() : List.copyOf(problems);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The topic as it was found in Kafka. */
  @ApiObject
  public record Topic(
      @JsonPropertyDescription("Its name.") String name,
      @JsonPropertyDescription(
              "Kafka's id of it. Another one later means that the topic was deleted and created anew.")
          String id,
      @JsonPropertyDescription(
              "Its partitions in Kafka, which may be more than the ChatCluster uses.")
          Integer partitions,
      @JsonPropertyDescription(
              "true when the operator created it; only then can deletionPolicy Delete delete it.")
          Boolean created,
      @JsonPropertyDescription(
              "When it was last seen to have more partitions than before, or was taken over with its log, RFC 3339 in UTC;"
                  + " rescale.producerRefresh is counted from here. Absent when it has not grown.")
          String grown) {}

  /** One thing that is wrong now. */
  @ApiObject
  public record Problem(
      @JsonPropertyDescription(
              "Number of the partition that it concerns; absent when it concerns all.")
          Integer partition,
      @JsonPropertyDescription(
              "Kind and name of the object that it concerns, for example Deployment/studyhub-partition-1.")
          String object,
      @JsonPropertyDescription("One word for programs, the same as a condition's reason.")
          String reason,
      @JsonPropertyDescription("A sentence for people: what is wrong, and what to do.")
          String message,
      @JsonPropertyDescription("When it began, RFC 3339 in UTC.") String since) {}
}
