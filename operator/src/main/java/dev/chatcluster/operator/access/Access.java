package dev.chatcluster.operator.access;

import dev.chatcluster.operator.status.Trouble;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** How the Kafka of a ChatCluster is reached, or why it cannot be. */
public sealed interface Access {
  /**
   * All there is to connect with.
   *
   * @param brokers {@code host:port}, several with commas
   * @param properties further ones of Kafka's clients, secrets among them
   * @param secretsHash of what the Secrets hold, empty when none is named; tells nothing of them
   */
  record Usable(String brokers, Map<String, String> properties, Optional<String> secretsHash)
      implements Access {
    /** Takes the properties as they are now. */
    public Usable {
      properties = Map.copyOf(properties);
    }

    @Override
    public String toString() {
      return "Usable[" + brokers + ", " + new TreeSet<>(properties.keySet()) + "]";
    }
  }

  /**
   * A Secret is not there, or is not what it must be.
   *
   * @param troubles one at least
   */
  record Unusable(List<Trouble> troubles) implements Access {
    /** Takes the troubles as they are now. */
    public Unusable {
      troubles = List.copyOf(troubles);
    }
  }
}
