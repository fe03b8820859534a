package dev.chatcluster.quickstart;

import java.time.Duration;
import java.util.Locale;

/** What stands on the terminal when everything is up. */
final class Banner {
  private Banner() {}

  static String of(Quickstart quickstart, Duration took) {
    String kubectl = quickstart.commands().kubectl();
    return """

        ChatCluster is up after %s s. Ctrl-C stops all of it; its state stays in
          %s

          page         http://localhost:%d
          STOMP        ws://127.0.0.1:%d/ws   (what the Service studyhub-clients is in a cluster)
          Kafka        %s   topic studyhub
          Kubernetes   http://127.0.0.1:%d
          logs         %s

        Five commands to try in another terminal:
          %s get chatclusters,pods,services
          %s describe chatcluster studyhub
          %s scale chatcluster/studyhub --replicas=8   # watch the page meanwhile; then 2
          %s --room 1 --text "hello from a Kafka producer" --count 10
          curl http://127.0.0.1:%d/rooms/1
        """
        .formatted(
            String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0),
            quickstart.folder().path(),
            quickstart.ports().page(),
            quickstart.servicePort("studyhub-clients"),
            quickstart.bootstrapServers(),
            quickstart.ports().api(),
            quickstart.folder().logs(),
            kubectl,
            kubectl,
            kubectl,
            quickstart.commands().produce(),
            quickstart.servicePort("studyhub-clients"));
  }
}
