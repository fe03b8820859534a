package dev.chatcluster.consumer.config;

import java.util.List;

/** The environment cannot be started with; carries every problem at once. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(problems.size() + " problems: " + String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence a problem, in the order of the variables; none names a secret's value. */
  public List<String> problems() {
    return problems;
  }
}
