package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** How clients reach the pods, and what they may send. */
@ApiObject
@ValidationRule(
    value = "!has(self.ingress) || !has(self.httpRoute)",
    message = "ingress and httpRoute cannot be given together: choose one of them")
public record ListenerSpec(
    @Default("[\"*\"]")
        @Size(min = 1, max = 64)
        @ValidationRule(
            value = "self.all(o, o == '*' || o.matches(r'^[a-z][a-z0-9+.-]*://[^/?#,\\s]+$'))",
            message = "each must be scheme://host or scheme://host:port, as browsers send it, or *")
        @JsonPropertyDescription(
            "Origins of web pages whose browsers may connect, each scheme://host[:port] as browsers send it, or * for all."
                + " 1 to 64. Clients that send no Origin header, which are not browsers, are not concerned.")
        List<@Size(max = 261) String> allowedOrigins,
    @JsonPropertyDescription("The Service over all pods, through which clients connect.")
        Service service,
    @JsonPropertyDescription(
            "An Ingress that leads from outside to all pods, and with the path partitions/N to those of partition N.")
        Ingress ingress,
    @JsonPropertyDescription(
            "HTTPRoutes of the Gateway API that lead from outside to all pods, and with the path partitions/N to those of"
                + " partition N: an object for each partition and one for all.")
        HttpRoute httpRoute,
    @Size(max = 512)
        @Pattern("^wss?://[^/?#\\s]+(/[A-Za-z0-9._~-]+)*$")
        @ValidationRule(
            value = "!self.endsWith('/ws')",
            message = "must not end in /ws, which clients add themselves: leave that out")
        @JsonPropertyDescription(
            "The address that clients are told to connect to, ws://… or wss://…, without /ws at its end. All that lies"
                + " below it must lead to the pods. When absent: the address of ingress or of the first of"
                + " httpRoute.hostnames, else of the Service. A change of it restarts the pods, as"
                + " rollout.maxUnavailable allows.")
        String advertisedUrl,
    @JsonPropertyDescription(
            "The pods take clients over TLS only. When absent, without TLS: for clients inside the cluster, or behind an"
                + " Ingress, a Gateway or a load balancer that ends it.")
        Tls tls,
    @JsonPropertyDescription("What one client may send and leave unread.") Limits limits) {

  static final String PATH = "^/([A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*)?$";

  /** Puts the default in place of each missing field. */
  public ListenerSpec {
    allowedOrigins = allowedOrigins == null ? List.of("*") : List.copyOf(allowedOrigins);
    if (service == null) service = new Service(null, null, null);
    if (limits == null) limits = new Limits(null, null);
  }

  /** The Service over all pods; the partitions' own Services are always ClusterIP. */
  @ApiObject
  @ValidationRule(
      value = "!has(self.loadBalancerClass) || has(self.type) && self.type == 'LoadBalancer'",
      message = "loadBalancerClass goes only with type LoadBalancer")
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
          Map<String, @Size(max = 8192) String> annotations,
      @Size(min = 1, max = 253)
          @Pattern("^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$")
          @JsonPropertyDescription(
              "Which controller makes the load balancer; only with type LoadBalancer. Kubernetes lets it be set when the type"
                  + " becomes LoadBalancer, and never changed. When absent, the cloud provider's own.")
          String loadBalancerClass) {

    /** Puts the default in place of each missing field. */
    public Service {
      if (type == null) type = "ClusterIP";
      annotations = Sorted.byKey(annotations);
    }
  }

  /** The way in through an Ingress controller. */
  @ApiObject
  public record Ingress(
      @Required
          @Size(min = 1, max = 253)
          @ValidationRule(
              value =
                  "self.matches(r'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",
              message =
                  "must be a host name of small letters, digits, '-' and '.', without scheme, port and path")
          @JsonPropertyDescription("The host name by which clients come, without scheme and port.")
          String host,
      @Default("/")
          @Size(max = 256)
          @Pattern(PATH)
          @JsonPropertyDescription(
              "The path below which the pods are found; it need not be rewritten, the pods know it. No / at its end.")
          String path,
      @Size(min = 1, max = 253)
          @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
          @JsonPropertyDescription("The IngressClass. When absent, the cluster's default one.")
          String className,
      @Size(max = 32)
          @ValidationRule(
              value = "self.all(k, !k.startsWith('chatcluster.dev/'))",
              message = "annotations that begin with chatcluster.dev/ are set by the operator")
          @JsonPropertyDescription(
              "Annotations of the Ingress, in addition to template.annotations, which they override: how the controller"
                  + " treats WebSockets, for example how long one may be silent. At most 32.")
          Map<String, @Size(max = 8192) String> annotations,
      @Size(min = 1, max = 253)
          @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
          @JsonPropertyDescription(
              "The Secret with the host's certificate and key, which the controller reads. With it clients are told wss://,"
                  + " without it ws://.")
          String tlsSecretName) {

    /** Puts the default in place of each missing field. */
    public Ingress {
      if (path == null) path = "/";
      annotations = Sorted.byKey(annotations);
    }
  }

  /** The way in through a Gateway. */
  @ApiObject
  public record HttpRoute(
      @Required
          @Size(min = 1, max = 32)
          @JsonPropertyDescription("The Gateways that take the routes. 1 to 32.")
          List<ParentRef> parentRefs,
      @Size(max = 16)
          @JsonPropertyDescription(
              "Host names by which clients come; at most 16. When absent, all that the Gateway takes, and advertisedUrl"
                  + " must say where clients connect from outside. They are told wss:// and the first of them: give"
                  + " advertisedUrl where the Gateway has no TLS, or another port.")
          List<
                  @Size(max = 253)
                  @Pattern(
                      "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
                  String>
              hostnames,
      @Default("/")
          @Size(max = 256)
          @Pattern(PATH)
          @JsonPropertyDescription(
              "The path below which the pods are found; it need not be rewritten, the pods know it. No / at its end.")
          String path) {

    /** Puts the default in place of each missing field. */
    public HttpRoute {
      parentRefs = parentRefs == null ? List.of() : List.copyOf(parentRefs);
      hostnames = hostnames == null ? List.of() : List.copyOf(hostnames);
      if (path == null) path = "/";
    }
  }

  /** What takes a route, as in the Gateway API. */
  @ApiObject
  public record ParentRef(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Its name.") String name,
      @Size(min = 1, max = 63)
          @JsonPropertyDescription("Its namespace. When absent, that of the ChatCluster.")
          String namespace,
      @Size(min = 1, max = 253)
          @JsonPropertyDescription("The listener of it. When absent, all that take the route.")
          String sectionName,
      @Min(1)
          @Max(65535)
          @JsonPropertyDescription("The port of it. When absent, all that take the route.")
          Integer port,
      @Size(max = 253)
          @JsonPropertyDescription("Its API group. When absent, gateway.networking.k8s.io.")
          String group,
      @Size(min = 1, max = 63) @JsonPropertyDescription("Its kind. When absent, Gateway.")
          String kind) {}

  /** Where the pods' certificate is. */
  @ApiObject
  public record Tls(
      @Required
          @Size(min = 1, max = 253)
          @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
          @JsonPropertyDescription(
              "A Secret of type kubernetes.io/tls in the ChatCluster's namespace: tls.crt, the certificate and those it was"
                  + " signed with, and tls.key, its key without a password, both PEM. When the Secret changes, the pods use"
                  + " the new certificate for new connections within two minutes; they are not restarted.")
          String secretName) {}

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
