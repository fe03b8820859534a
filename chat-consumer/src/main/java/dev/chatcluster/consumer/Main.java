package dev.chatcluster.consumer;

import dev.chatcluster.consumer.config.ConfigException;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.logging.LogSetup;

/** Starts a pod from its environment, and ends it. */
public final class Main {
  private Main() {}

  /** Takes no arguments: all settings are environment variables. */
  public static void main(String[] arguments) {
    ConsumerConfig config;
    try {
      config = ConsumerConfig.read(System.getenv());
    } catch (ConfigException wrong) {
      System.err.println("chat-consumer cannot start with this environment:");
      for (String problem : wrong.problems()) System.err.println("  " + problem);
      System.exit(2);
      return;
    }
    LogSetup.apply(config);
  }
}
