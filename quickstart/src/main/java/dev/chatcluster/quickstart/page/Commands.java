package dev.chatcluster.quickstart.page;

import java.nio.file.Path;

/**
 * How commands for this quickstart begin.
 *
 * @param kubectl kubectl with the right kubeconfig
 * @param produce the quickstart's own Kafka producer
 */
public record Commands(String kubectl, String produce) {
  /**
   * The commands for a state folder.
   *
   * @param byDefault whether it is the one that is taken when none is named
   */
  public static Commands of(Path state, Path kubeconfig, boolean byDefault) {
    String produce = "./quickstart.sh produce" + (byDefault ? "" : " --state " + state);
    return new Commands("kubectl --kubeconfig " + kubeconfig, produce);
  }
}
