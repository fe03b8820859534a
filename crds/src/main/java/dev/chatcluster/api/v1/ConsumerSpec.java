package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
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
            "CPU and memory of a pod. When absent: requests of 100m CPU and 192Mi memory, a limit of 256Mi memory.")
        Resources resources,
    @Default("30")
        @Min(0)
        @Max(3600)
        @JsonPropertyDescription(
            "Seconds that a stopping pod takes to finish what it is sending and to send its clients away, spread over that"
                + " time. 0 to 3600. Kubernetes ends the pod 15 seconds later.")
        Integer drainSeconds,
    @Default("0")
        @JsonPropertyDescription(
            "Any number; a change of it restarts all pods of the ChatCluster, one partition after the other.")
        Long restartNonce,
    @JsonPropertyDescription("What the pods log.") Logging logging) {

  /** Puts the default in place of each missing field. */
  public ConsumerSpec {
    if (replicasPerPartition == null) replicasPerPartition = 1;
    if (drainSeconds == null) drainSeconds = 30;
    if (restartNonce == null) restartNonce = 0L;
    if (logging == null) logging = new Logging(null, null);
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
