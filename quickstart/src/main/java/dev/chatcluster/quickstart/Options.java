package dev.chatcluster.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param state folder that everything is kept in
 * @param kafkaPort 0 for a free one; empty for the one used before, else 9092
 * @param apiPort 0 for a free one; empty for the one used before, else 16443
 * @param pagePort 0 for a free one; empty for the one used before, else 8080
 */
record Options(Path state, OptionalInt kafkaPort, OptionalInt apiPort, OptionalInt pagePort) {

  private static final Path DEFAULT_STATE =
      Path.of(System.getProperty("user.home"), ".chatcluster", "quickstart");

  private static final Set<String> KNOWN =
      Set.of("--state", "--kafka-port", "--api-port", "--page-port");

  static Options parse(List<String> arguments) throws UsageException {
    Map<String, String> values = pairs(arguments, KNOWN);
    return new Options(
        state(values),
        port(values, "--kafka-port"),
        port(values, "--api-port"),
        port(values, "--page-port"));
  }

  /** What {@code --help} prints; {@code quickstart.sh} prints the same file. */
  static String help() throws IOException {
    try (InputStream usage = Options.class.getResourceAsStream("/usage.txt")) {
      return new String(usage.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Reads {@code --name value} pairs. */
  static Map<String, String> pairs(List<String> arguments, Set<String> known)
      throws UsageException {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!known.contains(name)) {
        throw new UsageException("There is no option " + name + "; --help lists them.");
      }
      if (i + 1 == arguments.size()) {
        throw new UsageException("The option " + name + " needs a value.");
      }
      values.put(name, arguments.get(i + 1));
    }
    return values;
  }

  static Path state(Map<String, String> values) {
    return Optional.ofNullable(values.get("--state"))
        .map(Path::of)
        .orElse(DEFAULT_STATE)
        .toAbsolutePath()
        .normalize();
  }

  boolean hasDefaultState() {
    return state.equals(DEFAULT_STATE);
  }

  private static OptionalInt port(Map<String, String> values, String name) throws UsageException {
    String value = values.get(name);
    if (value == null) {
      return OptionalInt.empty();
    }
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 65535) {
        return OptionalInt.of(port);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException(name + " must be a port from 0 to 65535, not " + value + ".");
  }
}
