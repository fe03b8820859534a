package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import java.util.List;

/** Finds out what a request is about, and who answers it. */
final class Api {
  private static final String VERSION = "v1.33.0-chatcluster-quickstart";

  private final ResourceTypes types;
  private final ObjectRequests objects;
  private final PodLogs logs;

  /** What a path is about; the name and the subresource may be empty. */
  record Target(ResourceType type, String namespace, String name, String subresource) {}

  Api(Resources resources, PodLogs logs) {
    this.types = resources.types();
    this.objects = new ObjectRequests(resources);
    this.logs = logs;
  }

  /**
   * Answers a request.
   *
   * @throws Refused when it is refused
   */
  Answer answer(ApiRequest request) {
    List<String> path = request.segments();
    if (path.isEmpty()) {
      throw Refused.noSuchPath();
    }
    return switch (path.getFirst()) {
      case "healthz", "livez", "readyz" -> new Answer.Text("ok");
      case "version" -> new Answer.Document(version());
      case "openapi" -> openApi(path);
      case "api" -> path.size() == 1 ? document(Discovery.core()) : resources(request, path, 1);
      case "apis" ->
          switch (path.size()) {
            case 1 -> document(Discovery.groups(types.all()));
            case 2 -> document(Discovery.group(types.all(), path.get(1)));
            default -> resources(request, path, 2);
          };
      default -> throw Refused.noSuchPath();
    };
  }

  private static Answer document(ObjectNode body) {
    return new Answer.Document(body);
  }

  private static ObjectNode version() {
    return Json.object()
        .put("major", "1")
        .put("minor", "33")
        .put("gitVersion", VERSION)
        .put("platform", "quickstart");
  }

  private Answer openApi(List<String> path) {
    if (path.size() < 2 || !path.get(1).equals("v3")) {
      throw Refused.noSuchPath();
    }
    if (path.size() == 2) {
      return document(OpenApi.index(types.all()));
    }
    boolean core = path.get(2).equals("api");
    String group = core ? "" : path.get(3);
    return document(OpenApi.of(types.all(), group, path.getLast()));
  }

  /**
   * Requests about a version of a group and what is in it.
   *
   * @param at where in the path the version stands
   */
  private Answer resources(ApiRequest request, List<String> path, int at) {
    String group = at == 1 ? "" : path.get(1);
    String version = path.get(at);
    List<String> rest = path.subList(at + 1, path.size());
    if (rest.isEmpty()) {
      return document(Discovery.resources(types.all(), group, version));
    }
    Target target = target(group, version, rest);
    if (target.type().id().equals(ResourceTypes.PODS.id()) && target.subresource().equals("log")) {
      return log(request, target);
    }
    return objects.answer(request, target);
  }

  private Target target(String group, String version, List<String> rest) {
    boolean inNamespace = rest.getFirst().equals("namespaces") && rest.size() >= 3;
    if (inNamespace && !List.of("status", "finalize").contains(rest.get(2))) {
      ResourceType type = type(group, version, rest.get(2));
      if (!type.namespaced()) {
        throw Refused.noSuchPath();
      }
      return new Target(type, rest.get(1), get(rest, 3), get(rest, 4));
    }
    return new Target(type(group, version, rest.getFirst()), "", get(rest, 1), get(rest, 2));
  }

  private ResourceType type(String group, String version, String plural) {
    return types.find(group, version, plural).orElseThrow(Refused::noSuchPath);
  }

  private static String get(List<String> list, int index) {
    return index < list.size() ? list.get(index) : "";
  }

  private Answer log(ApiRequest request, Target target) {
    boolean previous = request.flag("previous");
    String tail = request.parameter("tailLines");
    return logs.file(target.namespace(), target.name(), previous)
        .map(
            file ->
                new Answer.Log(
                    file, request.flag("follow"), tail.isEmpty() ? -1 : Long.parseLong(tail)))
        .orElseThrow(
            () ->
                Refused.badRequest(
                    previous
                        ? "previous terminated container in pod \"%s\" not found"
                            .formatted(target.name())
                        : "container in pod \"%s\" is waiting to start".formatted(target.name())));
  }
}
