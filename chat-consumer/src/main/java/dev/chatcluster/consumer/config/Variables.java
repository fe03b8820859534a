package dev.chatcluster.consumer.config;

import dev.chatcluster.access.ClientProperties;
import dev.chatcluster.roomlog.Names;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads variables one by one and collects what is wrong; a bad one is answered by its default. */
final class Variables {
  private static final String PREFIX = "CHAT_";
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,240}");
  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:,/]+):(\\d{1,5})");
  private static final Pattern PATH = Pattern.compile("/|(/[A-Za-z0-9._~-]+)+");
  private static final int MOST_PARTITIONS = 1_000;

  private final Map<String, String> environment;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  Variables(Map<String, String> environment) {
    this.environment = environment;
  }

  void problem(String sentence) {
    problems.add(sentence);
  }

  /** Throws when anything was wrong, unknown variables included. */
  void finish() throws ConfigException {
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !known.contains(name)) {
        problem(name + " is not a variable of chat-consumer: remove it or correct its name.");
      }
    }
    if (!problems.isEmpty()) throw new ConfigException(problems);
  }

  /** The variable's value, stripped; an empty one counts as absent. */
  private String given(String name) {
    known.add(name);
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  String text(String name, String absent) {
    String value = given(name);
    return value == null ? absent : value;
  }

  int number(String name, int absent, int least, int most) {
    String value = given(name);
    if (value == null) return absent;
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) return number;
    } catch (NumberFormatException saidBelow) {
      // The sentence is the same.
    }
    problem(wants(name, value, "a whole number from " + least + " to " + most));
    return absent;
  }

  <T> T oneOf(String name, T absent, T[] values) {
    String value = given(name);
    if (value == null) return absent;
    for (T each : values) if (each.toString().equals(value)) return each;
    String all = Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "));
    problem(wants(name, value, "one of " + all));
    return absent;
  }

  <T> T parsed(String name, String absent, Function<String, T> parser) {
    String value = given(name);
    try {
      return parser.apply(value == null ? absent : value);
    } catch (IllegalArgumentException wrong) {
      problem(name + " is \"" + value + "\": " + wrong.getMessage() + ".");
      return parser.apply(absent);
    }
  }

  String bootstrapServers() {
    String name = "CHAT_KAFKA_BOOTSTRAP_SERVERS";
    String value = given(name);
    if (value == null) {
      problem(name + " is missing: give the brokers as host:port, several with commas.");
      return "";
    }
    for (String server : value.split(",", -1)) {
      var matcher = SERVER.matcher(server.strip());
      if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
        problem(wants(name, value, "host:port, several with commas, as in kafka:9092"));
        break;
      }
    }
    return value;
  }

  Map<String, String> kafkaConfig() {
    String name = "CHAT_KAFKA_CONFIG";
    String value = given(name);
    if (value == null) return Map.of();
    Properties read = new Properties();
    try {
      read.load(new StringReader(value));
    } catch (IOException | IllegalArgumentException malformed) {
      problem(name + " is no Java properties text: one key=value a line is wanted.");
      return Map.of();
    }
    Set<String> refused = KafkaAccess.refused(read.stringPropertyNames());
    for (String key : new TreeSet<>(read.stringPropertyNames())) {
      if (refused.contains(key)) {
        problem(name + " sets " + key + ", which chat-consumer sets itself: remove that line.");
      } else {
        ClientProperties.problem(key, read.getProperty(key))
            .ifPresent(wrong -> problem(name + " has a line whose " + key + " " + wrong + "."));
      }
    }
    return read.stringPropertyNames().stream()
        .collect(Collectors.toMap(Function.identity(), read::getProperty));
  }

  String topic() {
    String name = "CHAT_TOPIC";
    String value = given(name);
    if (value == null) {
      problem(name + " is missing: name the data topic.");
      return "";
    }
    if (!TOPIC.matcher(value).matches() || value.equals(".") || value.equals("..")) {
      problem(
          wants(name, value, "a topic name: 1 to 240 of a-z, A-Z, 0-9, dot, underscore, hyphen"));
    } else if (value.endsWith(Names.controlTopic(""))) {
      problem(name + " is \"" + value + "\", which is a control topic: name the data topic.");
    }
    return value;
  }

  Own own() {
    String name = "CHAT_PARTITION";
    String value = given(name);
    if (value == null) {
      problem(name + " is missing: give this pod's partition from 0, or all to run alone.");
      return new Own.All();
    }
    if (value.equals("all")) return new Own.All();
    try {
      int partition = Integer.parseInt(value);
      if (partition >= 0 && partition < MOST_PARTITIONS) return new Own.One(partition);
    } catch (NumberFormatException saidBelow) {
      // The sentence is the same.
    }
    problem(wants(name, value, "a partition from 0 to " + (MOST_PARTITIONS - 1) + ", or all"));
    return new Own.All();
  }

  String partitionUrl() {
    String name = "CHAT_PARTITION_URL";
    String value = given(name);
    if (value == null) return null;
    if (!value.contains("{partition}") || !isUrl(value.replace("{partition}", "0"))) {
      problem(wants(name, value, "a URL with {partition} in it, as in ws://chat-{partition}:8080"));
    }
    return value;
  }

  String path() {
    String name = "CHAT_PATH";
    String value = text(name, "/");
    if (!PATH.matcher(value).matches()) {
      problem(wants(name, value, "a path with / at its beginning and none at its end"));
    }
    return value;
  }

  ConsumerConfig.Tls tls() {
    String certificate = given("CHAT_TLS_CERTIFICATE");
    String key = given("CHAT_TLS_KEY");
    if (certificate == null && key == null) return null;
    if (certificate == null || key == null) {
      String missing = certificate == null ? "CHAT_TLS_CERTIFICATE" : "CHAT_TLS_KEY";
      problem(missing + " is missing: give both files, or none for clients without TLS.");
      return null;
    }
    return new ConsumerConfig.Tls(Path.of(certificate), Path.of(key));
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return Set.of("ws", "wss", "http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getAuthority() != null;
    } catch (URISyntaxException wrong) {
      return false;
    }
  }

  List<String> origins() {
    String name = "CHAT_ALLOWED_ORIGINS";
    String value = text(name, "*");
    List<String> origins = Arrays.stream(value.split(",", -1)).map(String::strip).toList();
    for (String origin : origins) {
      if (!origin.equals("*") && !origin.matches("[a-z][a-z0-9+.-]*://[^/\\s?#]+")) {
        problem(wants(name, value, "* or origins with commas, as in https://chat.example.com"));
        break;
      }
    }
    return origins;
  }

  String podName() {
    String given = given("CHAT_POD_NAME");
    if (given != null) return given;
    String hostname = environment.get("HOSTNAME");
    if (hostname != null && !hostname.isBlank()) return hostname.strip();
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "chat-consumer";
    }
  }

  private static String wants(String name, String value, String wanted) {
    return name + " is \"" + value + "\": " + wanted + " is wanted.";
  }
}
