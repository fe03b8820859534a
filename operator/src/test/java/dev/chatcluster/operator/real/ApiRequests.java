package dev.chatcluster.operator.real;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often an API server was asked, by its own count since its start, by resource; whoever asked.
 */
public final class ApiRequests {
  private static final Pattern REQUESTS =
      Pattern.compile("(?m)^apiserver_request_total\\{(.*)} (\\S+)$");
  private static final Pattern RESOURCE = Pattern.compile("resource=\"([^\"]*)\"");
  private static final Pattern WRITES =
      Pattern.compile("verb=\"(POST|PUT|PATCH|APPLY|DELETE\\w*)\"");
  private static final Pattern READS = Pattern.compile("verb=\"(GET|LIST)\"");

  /** What an operator may write. */
  private static final Set<String> WRITTEN =
      Set.of("chatclusters", "deployments", "services", "events", "pods");

  /** What it may read, but Services, which the API server itself looks through now and then. */
  private static final Set<String> READ =
      Set.of(
          "chatclusters",
          "deployments",
          "poddisruptionbudgets",
          "ingresses",
          "httproutes",
          "pods",
          "events",
          "secrets");

  private ApiRequests() {}

  /** To write what an operator may write. */
  public static Map<String, Long> writes(KubernetesClient client) {
    return count(client, WRITES, WRITTEN);
  }

  /** To read what an operator may read; a watch is none. */
  public static Map<String, Long> reads(KubernetesClient client) {
    return count(client, READS, READ);
  }

  private static Map<String, Long> count(
      KubernetesClient client, Pattern verbs, Set<String> resources) {
    Map<String, Long> requests = new TreeMap<>();
    Matcher line = REQUESTS.matcher(client.raw("/metrics"));
    while (line.find()) {
      Matcher resource = RESOURCE.matcher(line.group(1));
      if (!verbs.matcher(line.group(1)).find() || !resource.find()) continue;
      String name = resource.group(1);
      if (resources.contains(name)) {
        requests.merge(name, (long) Double.parseDouble(line.group(2)), Long::sum);
      }
    }
    return requests;
  }
}
