package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.schema.CustomSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The kinds that are served: a few built-in ones, and one for each CRD in the store. */
public final class ResourceTypes {
  public static final ResourceType NAMESPACES = core("namespaces", "Namespace", false, true, "ns");
  public static final ResourceType PODS = core("pods", "Pod", true, true, "po");
  public static final ResourceType SERVICES = core("services", "Service", true, true, "svc");
  public static final ResourceType ENDPOINTS = core("endpoints", "Endpoints", true, false, "ep");
  public static final ResourceType EVENTS = core("events", "Event", true, false, "ev");
  public static final ResourceType NODES = core("nodes", "Node", false, true, "no");
  public static final ResourceType DEPLOYMENTS =
      new ResourceType(
          "apps",
          "v1",
          "deployments",
          "deployment",
          "Deployment",
          true,
          List.of("deploy"),
          List.of("all"),
          true,
          Optional.of(new ResourceType.Scale("/spec/replicas", "/status/replicas", "")),
          Optional.empty(),
          List.of());
  public static final ResourceType CRDS =
      plain(
          "apiextensions.k8s.io",
          "v1",
          "customresourcedefinitions",
          "CustomResourceDefinition",
          false,
          true,
          "crd");

  private static final List<ResourceType> BUILT_IN =
      List.of(
          NAMESPACES,
          PODS,
          SERVICES,
          ENDPOINTS,
          EVENTS,
          NODES,
          core("configmaps", "ConfigMap", true, false, "cm"),
          core("secrets", "Secret", true, false, ""),
          core("serviceaccounts", "ServiceAccount", true, false, "sa"),
          DEPLOYMENTS,
          CRDS,
          plain("coordination.k8s.io", "v1", "leases", "Lease", true, false, ""),
          plain("networking.k8s.io", "v1", "ingresses", "Ingress", true, true, "ing"),
          plain("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, false, ""),
          plain("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true, "pdb"),
          plain("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, false, ""),
          plain(
              "rbac.authorization.k8s.io",
              "v1",
              "clusterrolebindings",
              "ClusterRoleBinding",
              false,
              false,
              ""),
          plain("rbac.authorization.k8s.io", "v1", "roles", "Role", true, false, ""),
          plain("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, false, ""));

  private final ObjectStore store;
  private final Map<String, Custom> custom = new ConcurrentHashMap<>();

  private record Custom(String resourceVersion, List<ResourceType> types) {}

  public ResourceTypes(ObjectStore store) {
    this.store = store;
  }

  public List<ResourceType> all() {
    List<ResourceType> all = new ArrayList<>(BUILT_IN);
    for (ObjectNode crd : store.list(CRDS.id())) {
      all.addAll(ofCrd(crd));
    }
    return all;
  }

  /** The kind served at a path, for example {@code apps}, {@code v1}, {@code deployments}. */
  public Optional<ResourceType> find(String group, String version, String plural) {
    return all().stream()
        .filter(
            t ->
                t.plural().equals(plural) && t.group().equals(group) && t.version().equals(version))
        .findFirst();
  }

  /** The kind of an object, by its apiVersion and kind. */
  public Optional<ResourceType> of(JsonNode object) {
    String apiVersion = Json.text(object, "/apiVersion");
    String kind = Json.text(object, "/kind");
    return all().stream()
        .filter(t -> t.kind().equals(kind) && t.apiVersion().equals(apiVersion))
        .findFirst();
  }

  /** The kind of a key. */
  public Optional<ResourceType> byId(String id) {
    return all().stream().filter(t -> t.id().equals(id)).findFirst();
  }

  private List<ResourceType> ofCrd(ObjectNode crd) {
    String version = Json.text(crd, "/metadata/resourceVersion");
    return custom
        .compute(
            Json.name(crd),
            (name, known) ->
                known != null && known.resourceVersion().equals(version)
                    ? known
                    : new Custom(version, read(crd)))
        .types();
  }

  private static List<ResourceType> read(ObjectNode crd) {
    List<ResourceType> types = new ArrayList<>();
    JsonNode names = crd.at("/spec/names");
    for (JsonNode version : crd.at("/spec/versions")) {
      if (!version.path("served").asBoolean()) {
        continue;
      }
      JsonNode scale = version.at("/subresources/scale");
      types.add(
          new ResourceType(
              Json.text(crd, "/spec/group"),
              Json.text(version, "/name"),
              Json.text(names, "/plural"),
              Json.text(names, "/singular"),
              Json.text(names, "/kind"),
              Json.text(crd, "/spec/scope").equals("Namespaced"),
              texts(names.path("shortNames")),
              texts(names.path("categories")),
              version.at("/subresources").has("status"),
              scale.isMissingNode()
                  ? Optional.empty()
                  : Optional.of(
                      new ResourceType.Scale(
                          pointer(scale, "specReplicasPath"),
                          pointer(scale, "statusReplicasPath"),
                          pointer(scale, "labelSelectorPath"))),
              Optional.of(new CustomSchema(version.at("/schema/openAPIV3Schema"))),
              stream(version.path("additionalPrinterColumns")).map(Json::objectOf).toList()));
    }
    return List.copyOf(types);
  }

  private static String pointer(JsonNode scale, String field) {
    return Json.text(scale, "/" + field).replace('.', '/');
  }

  private static List<String> texts(JsonNode array) {
    return stream(array).map(JsonNode::asText).toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static ResourceType core(
      String plural, String kind, boolean namespaced, boolean status, String shortName) {
    return plain("", "v1", plural, kind, namespaced, status, shortName);
  }

  private static ResourceType plain(
      String group,
      String version,
      String plural,
      String kind,
      boolean namespaced,
      boolean status,
      String shortName) {
    return new ResourceType(
        group,
        version,
        plural,
        kind.toLowerCase(Locale.ROOT),
        kind,
        namespaced,
        shortName.isEmpty() ? List.of() : List.of(shortName),
        plural.equals("pods") || plural.equals("services") ? List.of("all") : List.of(),
        status,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
