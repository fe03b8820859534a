package dev.chatcluster.quickstart;

import dev.chatcluster.quickstart.kubelet.Image;
import dev.chatcluster.quickstart.kubelet.Launcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the operator and the consumers are run here: the same jars as in production, in small JVMs
 * that start quickly. These flags are the quickstart's alone.
 */
public final class Processes {
  private static final List<String> SMALL =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseCompactObjectHeaders",
          "-Xss512k",
          "-XX:-UsePerfData",
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED");

  private Processes() {}

  /** The command that runs the operator. */
  public static List<String> operator(Path jar) {
    return java(jar, "-Xmx96m");
  }

  /** Only images called chat-consumer are there. */
  public static Image.Source images(Path consumer) {
    Image image =
        new Image(
            java(consumer, "-Xmx96m", "-XX:MaxDirectMemorySize=64m"),
            Map.of("client", "CHAT_PORT", "management", "CHAT_MANAGEMENT_PORT"),
            Map.of("CHAT_BIND_ADDRESS", "127.0.0.1"));
    return name ->
        name.matches("(.*/)?chat-consumer(:.*)?") ? Optional.of(image) : Optional.empty();
  }

  private static List<String> java(Path jar, String... memory) {
    List<String> command = new ArrayList<>();
    command.add(Launcher.java());
    command.addAll(SMALL);
    command.addAll(List.of(memory));
    command.addAll(List.of("-jar", jar.toString()));
    return List.copyOf(command);
  }
}
