package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One change of one object.
 *
 * @param kind what happened
 * @param key which object
 * @param object the object after the change; for a deletion its last state
 * @param before the object before the change; null for an addition
 * @param version the store's version after the change, also the object's resourceVersion
 */
public record Change(Kind kind, Key key, ObjectNode object, ObjectNode before, long version) {
  /** What happened; the names are those of a watch. */
  public enum Kind {
    ADDED,
    MODIFIED,
    DELETED
  }
}
