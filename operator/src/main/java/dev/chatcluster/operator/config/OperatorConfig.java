package dev.chatcluster.operator.config;

import dev.chatcluster.operator.leader.Candidate;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The operator's configuration; the Kubernetes client reads KUBECONFIG or the pod's service account
 * by itself.
 *
 * @param namespaces whose ChatClusters are looked after; empty: all. CHAT_OPERATOR_NAMESPACES
 * @param consumerImage of pods whose ChatCluster names none. CHAT_OPERATOR_CONSUMER_IMAGE
 * @param resync between two looks at a ChatCluster with which nothing happens, 10 s to 1 h, default
 *     2 min. CHAT_OPERATOR_RESYNC_SECONDS
 * @param bindAddress on which health and metrics are answered, default 0.0.0.0.
 *     CHAT_OPERATOR_BIND_ADDRESS
 * @param managementPort of health and metrics, 0 for a free one, default 8081.
 *     CHAT_OPERATOR_MANAGEMENT_PORT
 * @param tokenEndpoints that ChatClusters may have asked for OAuth tokens, default none.
 *     CHAT_OPERATOR_TOKEN_ENDPOINTS
 * @param logLevel ERROR, WARN, INFO (the default), DEBUG or TRACE. CHAT_OPERATOR_LOG_LEVEL
 * @param logJson one JSON object a line instead of text. CHAT_OPERATOR_LOG_FORMAT
 * @param candidate with which it runs for leadership; empty (the default): it leads at once.
 *     CHAT_OPERATOR_LEADER_ELECTION, CHAT_OPERATOR_LEASE_NAME, CHAT_OPERATOR_POD_NAMESPACE,
 *     CHAT_OPERATOR_POD_NAME
 */
public record OperatorConfig(
    Set<String> namespaces,
    String consumerImage,
    Duration resync,
    String bindAddress,
    int managementPort,
    Set<String> tokenEndpoints,
    String logLevel,
    boolean logJson,
    Optional<Candidate> candidate) {
  private static final String PREFIX = "CHAT_OPERATOR_";
  private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");
  private static final List<String> FORMATS = List.of("Text", "Json");
  private static final String NAMESPACE = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final String NAME = "[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?";

  /**
   * Reads the environment.
   *
   * @param version of the operator, which is the default tag of the pods' image
   * @throws ConfigException with everything that is wrong, a line each
   */
  public static OperatorConfig read(Map<String, String> environment, String version)
      throws ConfigException {
    Map<String, String> left = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) left.put(name, value.strip());
        });
    List<String> problems = new ArrayList<>();
    OperatorConfig config =
        new OperatorConfig(
            namespaces(take(left, "NAMESPACES", ""), problems),
            take(left, "CONSUMER_IMAGE", "chat-consumer:" + version),
            Duration.ofSeconds(number(left, "RESYNC_SECONDS", 120, 10, 3600, problems)),
            take(left, "BIND_ADDRESS", "0.0.0.0"),
            number(left, "MANAGEMENT_PORT", 8081, 0, 65535, problems),
            tokenEndpoints(take(left, "TOKEN_ENDPOINTS", ""), problems),
            oneOf(left, "LOG_LEVEL", LEVELS, "INFO", problems),
            oneOf(left, "LOG_FORMAT", FORMATS, "Text", problems).equals("Json"),
            candidate(left, problems));
    String kubeconfig = environment.getOrDefault("KUBECONFIG", "");
    if (!kubeconfig.isEmpty()
        && Arrays.stream(kubeconfig.split(File.pathSeparator))
            .noneMatch(file -> Files.isReadable(Path.of(file)))) {
      problems.add("KUBECONFIG is \"" + kubeconfig + "\": there is no such file that can be read");
    }
    for (String unknown : left.keySet()) {
      problems.add(unknown + " is not a variable of the operator: remove it or correct its name");
    }
    if (!problems.isEmpty()) throw new ConfigException(problems);
    return config;
  }

  private static String take(Map<String, String> left, String name, String absent) {
    String value = left.remove(PREFIX + name);
    return value == null || value.isEmpty() ? absent : value;
  }

  private static Set<String> namespaces(String value, List<String> problems) {
    Set<String> names =
        Arrays.stream(value.split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    for (String name : names) {
      if (!name.matches(NAMESPACE)) {
        problems.add(
            PREFIX + "NAMESPACES has \"" + name + "\": give namespaces, separated by commas");
      }
    }
    return names;
  }

  private static Set<String> tokenEndpoints(String value, List<String> problems) {
    Set<String> urls =
        Arrays.stream(value.split(","))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    for (String url : urls) {
      if (!url.matches("https?://\\S+")) {
        problems.add(
            PREFIX + "TOKEN_ENDPOINTS has \"" + url + "\": give URLs, separated by commas");
      }
    }
    return urls;
  }

  private static Optional<Candidate> candidate(Map<String, String> left, List<String> problems) {
    String elected = oneOf(left, "LEADER_ELECTION", List.of("true", "false"), "false", problems);
    String lease = take(left, "LEASE_NAME", "chat-operator");
    String namespace = take(left, "POD_NAMESPACE", "");
    String pod = take(left, "POD_NAME", "");
    if (elected.equals("false")) return Optional.empty();
    named("LEASE_NAME", lease, NAME, "the name of a Lease", problems);
    named(
        "POD_NAMESPACE",
        namespace,
        NAMESPACE,
        "the namespace of this pod, where the Lease is",
        problems);
    named("POD_NAME", pod, NAME, "the name of this pod, which stands on the Lease", problems);
    return Optional.of(new Candidate(namespace, lease, pod));
  }

  private static void named(
      String variable, String value, String pattern, String what, List<String> problems) {
    if (value.matches(pattern)) return;
    problems.add(
        PREFIX
            + variable
            + (value.isEmpty() ? " is missing" : " is \"" + value + "\"")
            + ": with "
            + PREFIX
            + "LEADER_ELECTION=true give "
            + what);
  }

  private static int number(
      Map<String, String> left,
      String name,
      int absent,
      int least,
      int most,
      List<String> problems) {
    String value = take(left, name, Integer.toString(absent));
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) return number;
    } catch (NumberFormatException saidBelow) {
      // The sentence is the same.
    }
    problems.add(
        PREFIX + name + " is \"" + value + "\": give a number from " + least + " to " + most);
    return absent;
  }

  private static String oneOf(
      Map<String, String> left,
      String name,
      List<String> allowed,
      String absent,
      List<String> problems) {
    String value = take(left, name, absent);
    if (allowed.contains(value)) return value;
    problems.add(
        PREFIX + name + " is \"" + value + "\": give one of " + String.join(", ", allowed));
    return absent;
  }
}
