package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A chat on a Kafka topic: one order per room, served by one Deployment of pods for each partition.
 */
@JsonClassDescription(
    "A chat on a Kafka topic: one order per room, served by pods of its own for each partition.")
@Group("chatcluster.dev")
@Version("v1")
@ShortNames("chat")
@Categories("all")
@AdditionalPrinterColumn(name = "Partitions", jsonPath = ".spec.partitions", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.readyPartitions", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Epoch", jsonPath = ".status.epoch", type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Status",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Topic", jsonPath = ".status.topic.name", priority = 1)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.url", priority = 1)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@ValidationRule(
    value =
        "size(self.metadata.name) <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name must begin with a letter, hold only lower-case letters, digits and '-', end with a letter or"
            + " digit, and have at most 40 characters: the names of its Deployments and Services are derived from it")
public class ChatCluster extends CustomResource<ChatClusterSpec, ChatClusterStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  /** No spec, as in an object that nobody filled in: only an API server makes one required. */
  @Override
  protected ChatClusterSpec initSpec() {
    return null;
  }

  /** No status until the operator writes one. */
  @Override
  protected ChatClusterStatus initStatus() {
    return null;
  }
}
