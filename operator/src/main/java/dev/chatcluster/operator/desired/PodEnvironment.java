package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ListenerSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod is told: its partition's number, and never how many there are, so that a change of
 * their count restarts no pod.
 */
public final class PodEnvironment {
  private PodEnvironment() {}

  static List<EnvVar> of(ChatCluster cluster, int partition) {
    ChatClusterSpec spec = cluster.getSpec();
    ListenerSpec.Limits limits = spec.listener().limits();
    long messageBytes = bytes(limits.messageBytes());
    List<EnvVar> env = new ArrayList<>();
    add(env, "CHAT_KAFKA_BOOTSTRAP_SERVERS", spec.kafka().bootstrapServers());
    if (!spec.kafka().config().isEmpty()) {
      add(env, "CHAT_KAFKA_CONFIG", properties(spec.kafka().config()));
    }
    env.addAll(PodSecrets.of(spec.kafka()).env());
    add(env, "CHAT_TOPIC", ChildNames.topic(cluster));
    add(env, "CHAT_PARTITION", partition);
    add(env, "CHAT_ROOMS_SOURCE", ChildNames.roomsSource(spec.rooms().source()));
    add(env, "CHAT_PARTITION_URL", ChildNames.partitionUrl(cluster));
    String path = ChildNames.path(cluster);
    if (!path.equals("/")) add(env, "CHAT_PATH", path);
    add(env, "CHAT_ALLOWED_ORIGINS", String.join(",", spec.listener().allowedOrigins()));
    add(env, "CHAT_DRAIN_SECONDS", spec.consumer().drainSeconds());
    add(env, "CHAT_MESSAGE_BYTES", messageBytes);
    add(env, "CHAT_SLOW_CLIENT_BYTES", Math.max(bytes(limits.slowClientBytes()), 2 * messageBytes));
    add(env, "CHAT_HISTORY_MESSAGES", spec.rooms().history().messages());
    add(env, "CHAT_HISTORY_BYTES", bytes(spec.rooms().history().bytes()));
    add(env, "CHAT_LOG_LEVEL", spec.consumer().logging().level());
    add(env, "CHAT_LOG_FORMAT", spec.consumer().logging().format());
    env.add(
        new EnvVarBuilder()
            .withName("CHAT_POD_NAME")
            .withNewValueFrom()
            .withNewFieldRef("v1", "metadata.name")
            .endValueFrom()
            .build());
    return env;
  }

  static long bytes(Quantity quantity) {
    return quantity.getNumericalAmount().longValueExact();
  }

  /** Java's properties syntax, a line each, in the order of their names. */
  static String properties(Map<String, String> config) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(config)
        .forEach((key, value) -> text.append(key).append('=').append(escaped(value)).append('\n'));
    return text.toString();
  }

  private static String escaped(String value) {
    String text =
        value
            .replace("\\", "\\\\")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
            .replace("\f", "\\f");
    // A leading space would be read as part of the separator.
    return text.startsWith(" ") ? "\\" + text : text;
  }

  /**
   * How a text is written in a pod's environment: Kubernetes puts the value of a variable in place
   * of {@code $(NAME)}, and one {@code $} in place of two.
   */
  public static String literal(String text) {
    return text.replace("$", "$$");
  }

  private static void add(List<EnvVar> env, String name, Object value) {
    env.add(new EnvVarBuilder().withName(name).withValue(literal(value.toString())).build());
  }
}
