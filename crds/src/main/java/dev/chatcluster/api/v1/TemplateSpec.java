package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** Labels and annotations for every object that the operator makes; never part of a selector. */
@ApiObject
public record TemplateSpec(
    @Size(max = 32)
        @ValidationRule(
            value =
                "self.all(k, !k.startsWith('chatcluster.dev/') && !(k in ['app.kubernetes.io/name',"
                    + " 'app.kubernetes.io/instance', 'app.kubernetes.io/managed-by']))",
            message =
                "labels that begin with chatcluster.dev/, and app.kubernetes.io/name, app.kubernetes.io/instance and"
                    + " app.kubernetes.io/managed-by are set by the operator")
        @JsonPropertyDescription(
            "Labels of every object, Pods included. At most 32. The operator's own are refused by name.")
        Map<
                String,
                @Size(max = 63) @Pattern("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$") String>
            labels,
    @Size(max = 32)
        @ValidationRule(
            value = "self.all(k, !k.startsWith('chatcluster.dev/'))",
            message = "annotations that begin with chatcluster.dev/ are set by the operator")
        @JsonPropertyDescription(
            "Annotations of every object, Pods included. At most 32. Those that begin with chatcluster.dev/ are"
                + " refused.")
        Map<String, @Size(max = 8192) String> annotations) {

  /** Puts the default in place of each missing field. */
  public TemplateSpec {
    labels = Sorted.byKey(labels);
    annotations = Sorted.byKey(annotations);
  }
}
