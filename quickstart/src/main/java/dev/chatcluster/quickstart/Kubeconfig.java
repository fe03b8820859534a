package dev.chatcluster.quickstart;

/** What tells kubectl and the operator where the API is. */
public final class Kubeconfig {
  private Kubeconfig() {}

  /**
   * The file's content.
   *
   * @param url of the API
   */
  public static String of(String url) {
    return """
        apiVersion: v1
        kind: Config
        current-context: chatcluster-quickstart
        contexts:
        - name: chatcluster-quickstart
          context: {cluster: chatcluster-quickstart, user: chatcluster-quickstart, namespace: default}
        clusters:
        - name: chatcluster-quickstart
          cluster: {server: "%s"}
        users:
        - name: chatcluster-quickstart
          user: {}
        """
        .formatted(url);
  }
}
