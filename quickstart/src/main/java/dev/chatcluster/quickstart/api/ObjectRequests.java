package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.JsonPatch;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.MergePatch;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.Selector;
import dev.chatcluster.quickstart.objects.StrategicMergePatch;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Requests about objects: get, list, watch, create, update, patch, delete, scale. */
final class ObjectRequests {
  private final Resources resources;

  ObjectRequests(Resources resources) {
    this.resources = resources;
  }

  Answer answer(ApiRequest request, Api.Target target) {
    boolean one = !target.name().isEmpty();
    return switch (request.method()) {
      case "GET" -> one && !request.flag("watch") ? get(request, target) : many(request, target);
      case "POST" -> create(request, target);
      case "PUT" -> write(request, target, old -> Json.objectOf(request.json()));
      case "PATCH" -> patch(request, target);
      case "DELETE" -> one ? delete(request, target) : deleteMany(request, target);
      default -> throw Refused.methodNotAllowed(request.method() + " is not served here");
    };
  }

  private static Key key(Api.Target target) {
    return target.type().key(target.namespace(), target.name());
  }

  private Answer get(ApiRequest request, Api.Target target) {
    ObjectNode object =
        resources
            .store()
            .get(key(target))
            .orElseThrow(() -> Refused.notFound(target.type(), target.name()));
    return switch (target.subresource()) {
      case "", "status" -> shown(request, target.type(), object, List.of());
      case "scale" -> new Answer.Document(Scales.of(target.type(), object));
      default -> throw Refused.noSuchPath();
    };
  }

  private static Answer shown(
      ApiRequest request, ResourceType type, ObjectNode object, List<String> warnings) {
    long version = Long.parseLong("0" + Json.text(object, "/metadata/resourceVersion"));
    JsonNode body = request.wantsTable() ? Tables.of(type, List.of(object), version) : object;
    return new Answer.Document(200, body, warnings);
  }

  private Answer many(ApiRequest request, Api.Target target) {
    Predicate<JsonNode> selected =
        Selector.labels(request.parameter("labelSelector"))
            .and(Selector.fields(request.parameter("fieldSelector")));
    if (!target.name().isEmpty()) {
      selected = selected.and(object -> Json.name(object).equals(target.name()));
    }
    if (request.flag("watch")) {
      return watch(request, target, selected);
    }
    ObjectStore.Snapshot all = resources.store().list(target.type().id(), target.namespace());
    List<ObjectNode> objects = all.objects().stream().filter(selected).toList();
    return new Answer.Document(
        request.wantsTable()
            ? Tables.of(target.type(), objects, all.version())
            : list(target.type(), objects, all.version()));
  }

  private static ObjectNode list(ResourceType type, List<ObjectNode> objects, long version) {
    ObjectNode list = Json.object(type.apiVersion(), type.kind() + "List");
    list.putObject("metadata").put("resourceVersion", String.valueOf(version));
    ArrayNode items = list.putArray("items");
    objects.forEach(items::add);
    return list;
  }

  private Answer watch(ApiRequest request, Api.Target target, Predicate<JsonNode> selected) {
    String from = request.parameter("resourceVersion");
    String timeout = request.parameter("timeoutSeconds");
    WatchedObjects objects =
        new WatchedObjects(
            resources.store(),
            target.type(),
            target.namespace(),
            selected,
            from.isEmpty() ? 0 : number(from, "resourceVersion"),
            request.wantsTable(),
            request.flag("sendInitialEvents"));
    return new Answer.Changes(objects, timeout.isEmpty() ? 0 : number(timeout, "timeoutSeconds"));
  }

  private static long number(String text, String parameter) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw Refused.badRequest(parameter + " \"" + text + "\" is not a number");
    }
  }

  private Answer create(ApiRequest request, Api.Target target) {
    if (!target.name().isEmpty()) {
      throw Refused.noSuchPath();
    }
    WriteOptions options = options(request);
    ObjectNode created =
        resources.create(target.type(), target.namespace(), Json.objectOf(request.json()), options);
    return new Answer.Document(201, created, options.warnings());
  }

  private Answer patch(ApiRequest request, Api.Target target) {
    JsonNode patch = request.json();
    String type = request.contentType();
    if (type.startsWith("application/apply-patch")) {
      ObjectNode applied = Json.objectOf(patch);
      boolean exists = resources.store().get(key(target)).isPresent();
      if (!exists && target.subresource().isEmpty()) {
        WriteOptions options = options(request);
        return new Answer.Document(
            201,
            resources.create(target.type(), target.namespace(), applied, options),
            options.warnings());
      }
      return write(request, target, old -> MergePatch.apply(old, applied));
    }
    if (type.startsWith("application/json-patch+json")) {
      return write(request, target, old -> JsonPatch.apply(old, patch));
    }
    ObjectNode object = Json.objectOf(patch);
    if (type.startsWith("application/strategic-merge-patch+json")) {
      if (target.type().schema().isPresent()) {
        throw Refused.unsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json-patch+json, application/merge-patch+json,"
                + " application/apply-patch+yaml");
      }
      return write(request, target, old -> StrategicMergePatch.apply(old, object));
    }
    return write(request, target, old -> MergePatch.apply(old, object));
  }

  private Answer write(ApiRequest request, Api.Target target, UnaryOperator<ObjectNode> change) {
    ResourceType type = target.type();
    WriteOptions options = options(request);
    return switch (target.subresource()) {
      case "", "finalize" ->
          shown(
              request,
              type,
              resources.update(type, key(target), Resources.Part.ALL_BUT_STATUS, change, options),
              options.warnings());
      case "status" ->
          shown(
              request,
              type,
              resources.update(type, key(target), Resources.Part.STATUS, change, options),
              options.warnings());
      case "scale" -> {
        ObjectNode scaled =
            resources.update(
                type,
                key(target),
                Resources.Part.ALL_BUT_STATUS,
                old -> Scales.apply(type, old, change.apply(Scales.of(type, old))),
                options);
        yield new Answer.Document(Scales.of(type, scaled));
      }
      default -> throw Refused.noSuchPath();
    };
  }

  private Answer delete(ApiRequest request, Api.Target target) {
    boolean dryRun = !request.parameter("dryRun").isEmpty();
    ObjectNode deleted =
        resources.delete(target.type(), key(target), deleteOptions(request), dryRun);
    return new Answer.Document(deleted);
  }

  private Answer deleteMany(ApiRequest request, Api.Target target) {
    Predicate<JsonNode> selected =
        Selector.labels(request.parameter("labelSelector"))
            .and(Selector.fields(request.parameter("fieldSelector")));
    boolean dryRun = !request.parameter("dryRun").isEmpty();
    List<ObjectNode> deleted = new ArrayList<>();
    synchronized (resources.store()) {
      ObjectStore.Snapshot all = resources.store().list(target.type().id(), target.namespace());
      for (ObjectNode object : all.objects()) {
        if (selected.test(object)) {
          Key key = target.type().key(Json.namespace(object), Json.name(object));
          deleted.add(resources.delete(target.type(), key, deleteOptions(request), dryRun));
        }
      }
      return new Answer.Document(list(target.type(), deleted, resources.store().version()));
    }
  }

  private static ObjectNode deleteOptions(ApiRequest request) {
    ObjectNode options = request.body().length == 0 ? Json.object() : Json.objectOf(request.json());
    String grace = request.parameter("gracePeriodSeconds");
    if (!grace.isEmpty()) {
      options.put("gracePeriodSeconds", number(grace, "gracePeriodSeconds"));
    }
    String propagation = request.parameter("propagationPolicy");
    if (!propagation.isEmpty()) {
      options.put("propagationPolicy", propagation);
    }
    return options;
  }

  private static WriteOptions options(ApiRequest request) {
    String unknown = request.parameter("fieldValidation").toUpperCase(Locale.ROOT);
    return new WriteOptions(
        !request.parameter("dryRun").isEmpty(),
        switch (unknown) {
          case "STRICT" -> WriteOptions.UnknownFields.STRICT;
          case "IGNORE" -> WriteOptions.UnknownFields.IGNORE;
          default -> WriteOptions.UnknownFields.WARN;
        },
        new ArrayList<>());
  }
}
