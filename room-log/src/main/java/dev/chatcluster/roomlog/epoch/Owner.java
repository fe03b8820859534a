package dev.chatcluster.roomlog.epoch;

/**
 * The ChatCluster that a log belongs to.
 *
 * @param uid that Kubernetes gave it
 * @param namespace it is in
 * @param name of it
 * @param kubernetes something that tells its Kubernetes cluster from others; may be empty
 */
public record Owner(String uid, String namespace, String name, String kubernetes) {}
