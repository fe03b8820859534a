package dev.chatcluster.quickstart.schema;

/**
 * One thing that is wrong with an object.
 *
 * @param field path of the field, for example {@code spec.partitions}
 * @param reason one word, for example {@code FieldValueInvalid}
 * @param message what is wrong with it, for example {@code Required value}
 */
public record Violation(String field, String reason, String message) {
  public static Violation invalid(String field, String message) {
    return new Violation(field, "FieldValueInvalid", message);
  }

  public static Violation required(String field, String why) {
    String message = why.isEmpty() ? "Required value" : "Required value: " + why;
    return new Violation(field, "FieldValueRequired", message);
  }

  public static Violation unsupported(String field, String message) {
    return new Violation(field, "FieldValueNotSupported", message);
  }
}
