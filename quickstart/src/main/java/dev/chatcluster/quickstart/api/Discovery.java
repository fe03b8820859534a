package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What kubectl asks first: the groups, their versions and the kinds in them. */
final class Discovery {
  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private Discovery() {}

  static ObjectNode core() {
    ObjectNode versions = Json.object("v1", "APIVersions");
    versions.putArray("versions").add("v1");
    versions.putArray("serverAddressByClientCIDRs");
    return versions;
  }

  static ObjectNode groups(List<ResourceType> types) {
    ObjectNode list = Json.object("v1", "APIGroupList");
    ArrayNode groups = list.putArray("groups");
    Set<String> names =
        types.stream()
            .map(ResourceType::group)
            .filter(group -> !group.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    names.forEach(name -> groups.add(describe(types, name)));
    return list;
  }

  static ObjectNode group(List<ResourceType> types, String name) {
    if (types.stream().noneMatch(t -> t.group().equals(name))) {
      throw Refused.noSuchPath();
    }
    ObjectNode group = Json.object("v1", "APIGroup");
    group.setAll(describe(types, name));
    return group;
  }

  private static ObjectNode describe(List<ResourceType> types, String name) {
    ObjectNode group = Json.object().put("name", name);
    ArrayNode versions = group.putArray("versions");
    types.stream()
        .filter(t -> t.group().equals(name))
        .map(ResourceType::version)
        .distinct()
        .forEach(v -> versions.addObject().put("groupVersion", name + "/" + v).put("version", v));
    group.set("preferredVersion", versions.get(0).deepCopy());
    return group;
  }

  static ObjectNode resources(List<ResourceType> types, String group, String version) {
    List<ResourceType> served =
        types.stream().filter(t -> t.group().equals(group) && t.version().equals(version)).toList();
    if (served.isEmpty()) {
      throw Refused.noSuchPath();
    }
    ObjectNode list = Json.object("v1", "APIResourceList");
    list.put("groupVersion", served.getFirst().apiVersion());
    ArrayNode resources = list.putArray("resources");
    for (ResourceType type : served) {
      ObjectNode resource = add(resources, type, type.plural(), type.kind(), VERBS);
      resource.put("singularName", type.singular());
      type.shortNames().forEach(resource.withArray("shortNames")::add);
      type.categories().forEach(resource.withArray("categories")::add);
      if (type.hasStatus()) {
        add(
            resources,
            type,
            type.plural() + "/status",
            type.kind(),
            List.of("get", "patch", "update"));
      }
      if (type.scale().isPresent()) {
        add(resources, type, type.plural() + "/scale", "Scale", List.of("get", "patch", "update"))
            .put("group", "autoscaling")
            .put("version", "v1");
      }
      if (type.equals(ResourceTypes.PODS)) {
        add(resources, type, "pods/log", "Pod", List.of("get"));
      }
    }
    return list;
  }

  private static ObjectNode add(
      ArrayNode resources, ResourceType type, String name, String kind, List<String> verbs) {
    ObjectNode resource =
        resources
            .addObject()
            .put("name", name)
            .put("singularName", "")
            .put("namespaced", type.namespaced())
            .put("kind", kind);
    verbs.forEach(resource.putArray("verbs")::add);
    return resource;
  }
}
