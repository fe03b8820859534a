package dev.chatcluster.consumer.websocket;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request's path has in front when it comes through an Ingress or a Gateway, which lead by
 * path and need not rewrite it: the path of the whole, and the partition whose pod is wanted. Any
 * pod serves any room, so which partition that is does not matter here.
 *
 * @param base {@code /} for none
 */
record OutsidePath(String base) {
  private static final Pattern PARTITION = Pattern.compile("/partitions/[0-9]{1,6}(?=/)");

  /** The path as it would be without. */
  String inside(String path) {
    boolean below = !base.equals("/") && path.startsWith(base + "/");
    String rest = below ? path.substring(base.length()) : path;
    Matcher partition = PARTITION.matcher(rest);
    return partition.lookingAt() ? rest.substring(partition.end()) : rest;
  }
}
