package dev.chatcluster.e2e.kubernetes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The operator, as helm puts it into a cluster.
 *
 * @param namespace of the operator
 */
record Release(String namespace, String name) {
  private static final String CHART = "../helm/chat-operator";

  /** Returns when it is ready. */
  void install() {
    List<String> words = new ArrayList<>(List.of("install", name, CHART));
    String options = System.getenv().getOrDefault("CHATCLUSTER_E2E_HELM_OPTIONS", "");
    if (!options.isBlank()) words.addAll(List.of(options.split(" ")));
    words.addAll(List.of("--wait", "--timeout", "120s"));
    helm(words);
  }

  /** Gives pods that name no image another one. */
  void podsOfTag(String tag) {
    helm(
        List.of(
            "upgrade",
            name,
            CHART,
            "--reuse-values",
            "--set",
            "consumerImage.tag=" + tag,
            "--wait",
            "--timeout",
            "180s"));
  }

  void uninstall() {
    helm(List.of("uninstall", name, "--wait"));
  }

  private void helm(List<String> words) {
    List<String> all = new ArrayList<>(words);
    Collections.addAll(all, "--namespace", namespace);
    all.addFirst("helm");
    Command.run(all.toArray(String[]::new));
  }
}
