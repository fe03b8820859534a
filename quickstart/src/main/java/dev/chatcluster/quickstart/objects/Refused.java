package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.schema.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** A request that the API refuses, with the Status object that says why. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final transient ObjectNode details;

  private Refused(int code, String reason, String message, ObjectNode details) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  public int code() {
    return code;
  }

  public ObjectNode status() {
    ObjectNode status =
        Json.object("v1", "Status")
            .put("status", "Failure")
            .put("message", getMessage())
            .put("reason", reason)
            .put("code", code);
    status.putObject("metadata");
    if (details != null) {
      status.set("details", details);
    }
    return status;
  }

  public static Refused badRequest(String message) {
    return new Refused(400, "BadRequest", message, null);
  }

  public static Refused forbidden(String message) {
    return new Refused(403, "Forbidden", message, null);
  }

  public static Refused methodNotAllowed(String message) {
    return new Refused(405, "MethodNotAllowed", message, null);
  }

  public static Refused unsupportedMediaType(String message) {
    return new Refused(415, "UnsupportedMediaType", message, null);
  }

  /** Nothing is served at this path. */
  public static Refused noSuchPath() {
    return new Refused(404, "NotFound", "the server could not find the requested resource", null);
  }

  public static Refused notFound(ResourceType type, String name) {
    String message = "%s \"%s\" not found".formatted(type.id(), name);
    return new Refused(404, "NotFound", message, about(type, name, type.plural()));
  }

  public static Refused alreadyExists(ResourceType type, String name) {
    String message = "%s \"%s\" already exists".formatted(type.id(), name);
    return new Refused(409, "AlreadyExists", message, about(type, name, type.plural()));
  }

  public static Refused conflict(ResourceType type, String name, String why) {
    String message =
        "Operation cannot be fulfilled on %s \"%s\": %s".formatted(type.id(), name, why);
    return new Refused(409, "Conflict", message, about(type, name, type.plural()));
  }

  /** The watch's resourceVersion is older than what is remembered. */
  public static Refused expired(long version) {
    String message = "too old resource version: " + version;
    return new Refused(410, "Expired", message, null);
  }

  /** The object does not fit its schema. */
  public static Refused invalid(ResourceType type, String name, List<Violation> violations) {
    ObjectNode details = about(type, name, type.kind());
    ArrayNode causes = details.putArray("causes");
    for (Violation violation : violations) {
      causes
          .addObject()
          .put("reason", violation.reason())
          .put("message", violation.message())
          .put("field", violation.field());
    }
    List<String> sentences =
        violations.stream().map(v -> v.field() + ": " + v.message()).distinct().toList();
    String all =
        sentences.size() == 1
            ? sentences.getFirst()
            : sentences.stream().collect(Collectors.joining(", ", "[", "]"));
    String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
    String message = "%s \"%s\" is invalid: %s".formatted(kind, name, all);
    return new Refused(422, "Invalid", message, details);
  }

  private static ObjectNode about(ResourceType type, String name, String kind) {
    return Json.object().put("name", name).put("group", type.group()).put("kind", kind);
  }
}
