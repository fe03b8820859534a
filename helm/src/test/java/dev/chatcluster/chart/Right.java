package dev.chatcluster.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One verb on one kind of object, as a role gives it.
 *
 * @param namespace where; empty: everywhere
 * @param resource with the subresource, if it is one
 * @param name of the only object that it is about; empty: of all
 */
record Right(String namespace, String group, String resource, String name, String verb) {

  /** Those of a Role or ClusterRole. */
  static List<Right> of(JsonNode role) {
    String namespace = role.at("/metadata/namespace").asText();
    List<Right> rights = new ArrayList<>();
    for (var rule : role.get("rules"))
      for (var group : rule.get("apiGroups"))
        for (var resource : rule.get("resources"))
          for (var verb : rule.get("verbs"))
            for (String name : names(rule))
              rights.add(
                  new Right(namespace, group.asText(), resource.asText(), name, verb.asText()));
    return rights;
  }

  private static List<String> names(JsonNode rule) {
    List<String> names = new ArrayList<>();
    rule.path("resourceNames").forEach(name -> names.add(name.asText()));
    return names.isEmpty() ? List.of("") : names;
  }

  /** Whether a request that was let pass needed this one. */
  boolean allows(Request request) {
    return !request.refused()
        && (namespace.isEmpty() || namespace.equals(request.namespace()))
        && group.equals(request.group())
        && resource.equals(request.resource())
        && (name.isEmpty() || name.equals(request.name()))
        && verb.equals(request.verb());
  }

  /** Those that none of the requests needed. */
  static List<Right> idle(Collection<Right> given, Collection<Request> requests) {
    return given.stream().filter(right -> requests.stream().noneMatch(right::allows)).toList();
  }

  /** Without the place: {@code deployments.apps update}. */
  String what() {
    return resource + (group.isEmpty() ? "" : "." + group) + " " + verb;
  }
}
