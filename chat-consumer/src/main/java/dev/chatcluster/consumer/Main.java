package dev.chatcluster.consumer;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.access.Login;
import dev.chatcluster.consumer.config.ConfigException;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.logging.LogSetup;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a pod from its environment, and ends it. */
public final class Main {
  private Main() {}

  /**
   * Takes no arguments: all settings are environment variables. Exits with 0 after a drain, 1 when
   * something failed for good, 2 when the environment is wrong.
   */
  public static void main(String[] arguments) throws InterruptedException {
    ConsumerConfig config;
    try {
      config = ConsumerConfig.read(System.getenv());
    } catch (ConfigException wrong) {
      System.err.println("chat-consumer cannot start with this environment:");
      for (String problem : wrong.problems()) System.err.println("  " + problem);
      LastWords.ofTheContainer().say(String.join(" ", wrong.problems()));
      System.exit(2);
      return;
    }
    LogSetup.apply(config);
    // Kafka's clients ask for tokens only where this property lets them.
    if (config.kafka().security().login().orElse(null) instanceof Login.ClientCredentials oauth) {
      System.setProperty(KafkaSecurity.ALLOWED_TOKEN_ENDPOINTS, oauth.endpoint());
    }
    Logger log = LoggerFactory.getLogger(Main.class);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> fail(log, "Thread " + thread.getName() + " failed.", error));
    Pod pod = new Pod(config, (sentence, error) -> fail(log, sentence, error));
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("drain")
                .unstarted(
                    () -> {
                      pod.drain();
                      // A JVM that ends by a signal says 143; a drain that went well is a 0.
                      Runtime.getRuntime().halt(0);
                    }));
    try {
      pod.start();
    } catch (IOException cannot) {
      fail(log, cannot.getMessage(), null);
    }
  }

  /** Also where Kubernetes looks: the log's end would be a stack trace. */
  private static void fail(Logger log, String sentence, Throwable error) {
    log.error("chat-consumer ends: {}", sentence, error);
    LastWords.ofTheContainer().say(error == null ? sentence : sentence + " " + error);
    Runtime.getRuntime().halt(1);
  }
}
