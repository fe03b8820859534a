package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** How clients reach the pods, and what they may send. */
@ApiObject
public record ListenerSpec(
    @Default("[\"*\"]")
        @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Origins of web pages whose browsers may connect, each scheme://host[:port] as browsers send it, or * for all."
                + " 1 to 64. Clients that send no Origin header, which are not browsers, are not concerned.")
        List<@Size(max = 261) @Pattern("^(\\*|[a-z][a-z0-9+.-]*://[^/?#,\\s]+)$") String>
            allowedOrigins,
    @JsonPropertyDescription("The Service over all pods, through which clients connect.")
        Service service,
    @JsonPropertyDescription("What one client may send and leave unread.") Limits limits) {

  /** Puts the default in place of each missing field. */
  public ListenerSpec {
    allowedOrigins = allowedOrigins == null ? List.of("*") : List.copyOf(allowedOrigins);
    if (service == null) service = new Service(null, null);
    if (limits == null) limits = new Limits(null, null);
  }

  /** The Service over all pods; the partitions' own Services are always ClusterIP. */
  @ApiObject
  public record Service(
      @Default("ClusterIP")
          @OneOf({"ClusterIP", "NodePort", "LoadBalancer"})
          @JsonPropertyDescription(
              "ClusterIP: reachable inside the Kubernetes cluster. NodePort: also on a port of every node. LoadBalancer:"
                  + " also through a load balancer of the cloud provider.")
          String type,
      @Size(max = 32)
          @ValidationRule(
              value = "self.all(k, !k.startsWith('chatcluster.dev/'))",
              message = "annotations that begin with chatcluster.dev/ are set by the operator")
          @JsonPropertyDescription(
              "Annotations of this Service, in addition to template.annotations, which they override. At most 32.")
          Map<String, @Size(max = 8192) String> annotations) {

    /** Puts the default in place of each missing field. */
    public Service {
      if (type == null) type = "ClusterIP";
      annotations = Sorted.byKey(annotations);
    }
  }

  /** Bounds for one client. */
  @ApiObject
  public record Limits(
      @Default("\"1Mi\"")
          @ByteSize(min = "1Ki", max = "64Mi")
          @JsonPropertyDescription(
              "Bytes of the largest message that a client may send; a larger one is answered with ERROR. A quantity from 1Ki"
                  + " to 64Mi. A topic that the operator creates has max.message.bytes of this and 64Ki more.")
          Quantity messageBytes,
      @Default("\"1Mi\"")
          @ByteSize(min = "64Ki", max = "1Gi")
          @JsonPropertyDescription(
              "Bytes that may wait for a client that reads slowly; with more it is disconnected and may resume. A quantity"
                  + " from 64Ki to 1Gi; twice messageBytes where that is more.")
          Quantity slowClientBytes) {

    /** Puts the default in place of each missing field. */
    public Limits {
      if (messageBytes == null) messageBytes = Quantity.parse("1Mi");
      if (slowClientBytes == null) slowClientBytes = Quantity.parse("1Mi");
    }
  }
}
