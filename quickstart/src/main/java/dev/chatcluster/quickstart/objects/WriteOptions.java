package dev.chatcluster.quickstart.objects;

import java.util.ArrayList;
import java.util.List;

/**
 * How a write is done.
 *
 * @param dryRun whether only the answer is wanted
 * @param unknownFields what becomes of fields that the schema does not have; they are never kept
 * @param warnings where sentences for the client are collected
 */
public record WriteOptions(boolean dryRun, UnknownFields unknownFields, List<String> warnings) {
  /** As in the parameter {@code fieldValidation}. */
  public enum UnknownFields {
    IGNORE,
    WARN,
    STRICT
  }

  public static WriteOptions plain() {
    return new WriteOptions(false, UnknownFields.IGNORE, new ArrayList<>());
  }
}
