package dev.chatcluster.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * The object as it is now.
 *
 * @param change what was done to it
 * @param difference what was not as wanted, as the end of a sentence; empty when nothing
 */
public record Applied<R extends HasMetadata>(R object, Change change, String difference) {
  /** What was done to an object. */
  public enum Change {
    NONE,
    CREATED,
    UPDATED
  }
}
