package dev.chatcluster.quickstart;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's built parts are, seen from the quickstart's own. */
record Installation(Path root) {
  /**
   * The folder of the project.
   *
   * @throws UsageException when something in it is missing
   */
  static Installation find() throws UsageException {
    try {
      // quickstart/target/quickstart.jar, or quickstart/target/classes
      Path own =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Installation found = new Installation(own.getParent().getParent().getParent());
      for (Path part :
          new Path[] {
            found.operator(), found.consumer(), found.crd(), found.example(), found.chatClient()
          }) {
        if (!Files.exists(part)) {
          throw new UsageException(part + " is missing; run ./quickstart.sh, which builds it.");
        }
      }
      return found;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Path operator() {
    return root.resolve("operator/target/operator.jar");
  }

  Path consumer() {
    return root.resolve("chat-consumer/target/chat-consumer.jar");
  }

  Path crd() {
    return root.resolve("crds/chatclusters.chatcluster.dev.yaml");
  }

  Path example() {
    return root.resolve("docs/examples/studyhub.yaml");
  }

  /** The JavaScript that the page uses, as users copy it. */
  Path chatClient() {
    return root.resolve("docs/examples/resuming-client.js");
  }
}
