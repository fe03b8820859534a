package dev.chatcluster.operator.config;

import java.util.List;

/** The environment is not what the operator needs. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
