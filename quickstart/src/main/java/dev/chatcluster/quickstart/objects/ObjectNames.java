package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.schema.Violation;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Pattern;

/** The names that new objects get. */
final class ObjectNames {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
  private static final String NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int RANDOM_LETTERS = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private ObjectNames() {}

  /** The name asked for, or one that begins with generateName. */
  static String nameFor(ResourceType type, ObjectNode body) {
    String name = Json.name(body);
    String prefix = Json.text(body, "/metadata/generateName");
    if (name.isEmpty() && !prefix.isEmpty()) {
      return prefix + randomName();
    }
    if (name.isEmpty()) {
      throw Refused.invalid(
          type,
          "",
          List.of(Violation.required("metadata.name", "name or generateName is required")));
    }
    // RBAC's names may hold colons, for example system:node.
    boolean free = type.group().equals("rbac.authorization.k8s.io");
    if (!free && (name.length() > 253 || !NAME.matcher(name).matches())) {
      throw Refused.invalid(
          type,
          name,
          List.of(
              Violation.invalid(
                  "metadata.name",
                  "Invalid value: \"%s\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
                      .formatted(name))));
    }
    return name;
  }

  private static String randomName() {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      name.append(NAME_LETTERS.charAt(RANDOM.nextInt(NAME_LETTERS.length())));
    }
    return name.toString();
  }
}
