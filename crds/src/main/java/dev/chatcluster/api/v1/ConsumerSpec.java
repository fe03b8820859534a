package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** The pods that serve the partitions. */
@ApiObject
public record ConsumerSpec(
    @Default("1")
        @Min(1)
        @Max(5)
        @JsonPropertyDescription(
            "Pods for each partition. 1 to 5. Each of them serves all its rooms; more than one keeps them served while one"
                + " restarts.")
        Integer replicasPerPartition,
    @Size(min = 1, max = 512)
        @Pattern("^\\S+$")
        @JsonPropertyDescription(
            "Image of the pods. When absent, the one that the operator's version was made with.")
        String image,
    @OneOf({"Always", "IfNotPresent", "Never"})
        @JsonPropertyDescription(
            "When a node pulls the image. When absent, Kubernetes decides: Always for the tag latest, else IfNotPresent.")
        String imagePullPolicy,
    @JsonPropertyDescription(
            "CPU and memory of a pod. When absent: requests of 100m CPU and 192Mi memory, a limit of 256Mi memory. What is"
                + " given replaces all of these: give a memory limit with it, by which the pods size their heap.")
        Resources resources,
    @Default("{}") @JsonPropertyDescription("How a change that replaces pods reaches them.")
        Rollout rollout,
    @Default("30")
        @Min(0)
        @Max(3600)
        @JsonPropertyDescription(
            "Seconds that a stopping pod takes to finish what it is sending and to send its clients away, spread over that"
                + " time. 0 to 3600. Kubernetes ends the pod 15 seconds later.")
        Integer drainSeconds,
    @Default("0")
        @JsonPropertyDescription(
            "Any number; a change of it restarts all pods of the ChatCluster, as rollout.maxUnavailable allows.")
        Long restartNonce,
    @JsonPropertyDescription("What the pods log.") Logging logging,
    @PodTemplate
        @JsonPropertyDescription(
            "Anything else of the pods, written as the template of a Deployment: metadata.labels, metadata.annotations and"
                + " spec. It is merged as kubectl merges: lists of containers, volumes, variables and the like by name, and"
                + " the pods' own container is called consumer. What the operator sets itself (the image, resources, CHAT_…"
                + " variables, ports, health checks' addresses, the selected labels) stays as the operator has it, and the"
                + " condition Warning names it.")
        JsonNode podTemplate) {

  /** Puts the default in place of each missing field. */
  public ConsumerSpec {
    if (replicasPerPartition == null) replicasPerPartition = 1;
    if (drainSeconds == null) drainSeconds = 30;
    if (restartNonce == null) restartNonce = 0L;
    if (logging == null) logging = new Logging(null, null);
    if (rollout == null) rollout = new Rollout(null);
  }

  /** CPU and memory of a pod, as in any container of Kubernetes. */
  @ApiObject
  @ValidationRule(
      value =
          "!has(self.requests) || !has(self.limits) || self.requests.all(k, !(k in self.limits)"
              + " || quantity(string(self.requests[k])).compareTo(quantity(string(self.limits[k]))) <= 0)",
      message = "a request cannot be greater than the limit of the same name")
  public record Resources(
      @Size(max = 16)
          @JsonPropertyDescription(
              "What a node keeps free for the pod, by resource name, for example cpu: 100m, memory: 192Mi.")
          Map<String, Quantity> requests,
      @Size(max = 16)
          @JsonPropertyDescription(
              "What the pod cannot exceed, by resource name, for example memory: 256Mi. A pod over its memory limit is"
                  + " ended.")
          Map<String, Quantity> limits) {

    /** Puts the default in place of each missing field. */
    public Resources {
      requests = Sorted.byKey(requests);
      limits = Sorted.byKey(limits);
    }
  }

  /** How a change that replaces pods reaches them. */
  @ApiObject
  public record Rollout(
      @Default("1")
          @Share
          @JsonPropertyDescription(
              "Partitions whose pods are changed or not ready at once: a number from 1, or a percentage of the partitions,"
                  + " rounded down and at least one. A change whose pods do not become ready stops at that many, and the"
                  + " others serve on. The PodDisruptionBudget of the ChatCluster has the same number.")
          IntOrString maxUnavailable) {

    /** Puts the default in place of each missing field. */
    public Rollout {
      if (maxUnavailable == null) maxUnavailable = new IntOrString(1);
    }
  }

  /** What the pods log. */
  @ApiObject
  public record Logging(
      @Default("INFO")
          @OneOf({"ERROR", "WARN", "INFO", "DEBUG"})
          @JsonPropertyDescription("The least important events that are logged.")
          String level,
      @Default("Text")
          @OneOf({"Text", "Json"})
          @JsonPropertyDescription(
              "Text: lines for people. Json: one JSON object a line, for log collectors.")
          String format) {

    /** Puts the default in place of each missing field. */
    public Logging {
      if (level == null) level = "INFO";
      if (format == null) format = "Text";
    }
  }
}
