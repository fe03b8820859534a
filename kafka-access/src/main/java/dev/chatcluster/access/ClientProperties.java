package dev.chatcluster.access;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What the properties of Kafka's clients may be, as the clients themselves say. One of them that is
 * asked alone passes over what only another one knows.
 */
public final class ClientProperties {
  private static final List<ConfigDef> CLIENTS =
      List.of(
          AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef());

  private ClientProperties() {}

  /**
   * What is wrong with the value of a property, the end of a sentence that has its name; empty also
   * when no client knows it. Tells nothing of a secret, which may be any text.
   */
  public static Optional<String> problem(String name, String value) {
    for (ConfigDef client : CLIENTS) {
      ConfigDef.ConfigKey known = client.configKeys().get(name);
      // To look at a class is to load it.
      if (known == null
          || known.type == ConfigDef.Type.PASSWORD
          || known.type == ConfigDef.Type.CLASS) {
        continue;
      }
      Object parsed;
      try {
        parsed = ConfigDef.parseType(name, value, known.type);
      } catch (ConfigException notOfItsType) {
        return Optional.of("is " + value + ": it must be " + words(known.type));
      }
      try {
        if (known.validator != null) known.validator.ensureValid(name, parsed);
      } catch (ConfigException e) {
        return Optional.of("is " + value + ": " + allowed(name, e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private static String words(ConfigDef.Type type) {
    return switch (type) {
      case SHORT -> "a whole number up to " + Short.MAX_VALUE;
      case INT -> "a whole number up to " + Integer.MAX_VALUE;
      case LONG -> "a whole number";
      case DOUBLE -> "a number";
      case BOOLEAN -> "true or false";
      case STRING, LIST, CLASS, PASSWORD -> "a text";
    };
  }

  /** The end of what Kafka's own checks say, which differ in how they begin. */
  private static String allowed(String name, String said) {
    String[] parts = said.split("[Cc]onfiguration '?\\Q" + name + "\\E'?[:.]? ");
    return parts[parts.length - 1]
        .replaceFirst("^(The value|String|Value) must", "it must")
        .replaceFirst("^values must", "its values must")
        .replaceFirst("\\.$", "");
  }
}
