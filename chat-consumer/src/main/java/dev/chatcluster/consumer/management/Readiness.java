package dev.chatcluster.consumer.management;

/** Whether the pod should be given clients. */
public sealed interface Readiness {
  /** It should. */
  record Ready() implements Readiness {}

  /**
   * Not now.
   *
   * @param reason one sentence: what it waits for
   */
  record NotReady(String reason) implements Readiness {}
}
