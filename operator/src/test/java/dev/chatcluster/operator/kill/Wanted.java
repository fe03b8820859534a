package dev.chatcluster.operator.kill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The spec of a ChatCluster as it was asked for last; a value.
 *
 * @param deletes whether its topics go with it
 * @param most partitions that were ever asked for
 * @param label which of {@link #LABELS} its children have
 */
record Wanted(
    String name,
    boolean deletes,
    int partitions,
    int most,
    int label,
    int megabytes,
    int drainSeconds,
    int nonce,
    boolean debug) {
  static final int LABELS = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  static Wanted first(String name, boolean deletes, int partitions) {
    return new Wanted(name, deletes, partitions, partitions, 0, 256, 30, 0, false);
  }

  Wanted withPartitions(int n) {
    int more = Math.max(most, n);
    return new Wanted(name, deletes, n, more, label, megabytes, drainSeconds, nonce, debug);
  }

  Wanted withNextLabel() {
    int next = (label + 1) % LABELS;
    return new Wanted(name, deletes, partitions, most, next, megabytes, drainSeconds, nonce, debug);
  }

  Wanted withMoreMemory() {
    return new Wanted(
        name, deletes, partitions, most, label, megabytes + 8, drainSeconds, nonce, debug);
  }

  Wanted withLongerDrain() {
    return new Wanted(
        name, deletes, partitions, most, label, megabytes, drainSeconds + 1, nonce, debug);
  }

  Wanted withNextNonce() {
    return new Wanted(
        name, deletes, partitions, most, label, megabytes, drainSeconds, nonce + 1, debug);
  }

  Wanted withOtherLevel() {
    return new Wanted(
        name, deletes, partitions, most, label, megabytes, drainSeconds, nonce, !debug);
  }

  static String label(int which) {
    return "label-" + which;
  }

  String level() {
    return debug ? "DEBUG" : "INFO";
  }

  /** As a merge patch, which takes away the other labels. */
  String patch(String brokers) {
    ObjectNode object = object(brokers);
    ObjectNode labels = object.withObject("/spec/template/labels");
    for (int i = 0; i < LABELS; i++) if (i != label) labels.putNull(label(i));
    return object.toString();
  }

  /** The whole manifest. */
  String manifest(String brokers) {
    ObjectNode object = object(brokers);
    object.put("apiVersion", "chatcluster.dev/v1").put("kind", "ChatCluster");
    object.withObject("/metadata").put("name", name);
    return object.toString();
  }

  private ObjectNode object(String brokers) {
    ObjectNode object = JSON.createObjectNode();
    ObjectNode spec = object.withObject("/spec").put("partitions", partitions);
    spec.withObject("/kafka").put("bootstrapServers", brokers);
    spec.withObject("/topic").put("deletionPolicy", deletes ? "Delete" : "Retain");
    // Nobody writes to the topics.
    spec.withObject("/rescale").put("producerRefresh", "0s");
    spec.withObject("/template/labels").put(label(label), "yes");
    ObjectNode consumer = spec.withObject("/consumer");
    consumer.put("restartNonce", nonce).put("drainSeconds", drainSeconds);
    consumer.withObject("/resources/limits").put("memory", megabytes + "Mi");
    consumer.withObject("/logging").put("level", level());
    return object;
  }
}
