package dev.chatcluster.operator;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.operator.cache.LeanObjects;
import dev.chatcluster.operator.config.ConfigException;
import dev.chatcluster.operator.config.OperatorConfig;
import dev.chatcluster.operator.health.ManagementServer;
import dev.chatcluster.operator.log.Logging;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the operator until it is told to stop. */
public final class Main {
  private Main() {}

  /** Exit code 2: the environment; 1: the API server or the port, or that another one leads. */
  public static void main(String[] args) {
    String implementation = Main.class.getPackage().getImplementationVersion();
    String version = implementation == null ? "dev" : implementation;
    OperatorConfig config = null;
    try {
      config = OperatorConfig.read(System.getenv(), version);
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    Logging.start(config.logLevel(), config.logJson());
    Logger log = LoggerFactory.getLogger(Main.class);
    try {
      run(config, version, log);
    } catch (IOException | RuntimeException e) {
      log.error("chat-operator cannot start: {}", e.getMessage());
      log.debug("because of", e);
      System.exit(1);
    }
  }

  private static void run(OperatorConfig config, String version, Logger log) throws IOException {
    // Kafka's clients ask no other for tokens, whatever a ChatCluster says.
    System.setProperty(
        KafkaSecurity.ALLOWED_TOKEN_ENDPOINTS, String.join(",", config.tokenEndpoints()));
    // What fails is tried again at the next reconciliation, not by a thread that waits for it.
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder().withRequestRetryBackoffLimit(1).build())
            .withKubernetesSerialization(LeanObjects.serialization())
            .build();
    ChatOperator operator =
        new ChatOperator(
            client,
            config.namespaces(),
            config.consumerImage(),
            version,
            Pace.withResync(config.resync()),
            InstantSource.system(),
            config.candidate(),
            why -> end(why, log));
    // Before the start, so that a start that hangs on the API server shows as not ready.
    ManagementServer management =
        ManagementServer.start(
            config.bindAddress(),
            config.managementPort(),
            operator::live,
            operator::ready,
            operator::metrics);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  operator.close();
                  management.close();
                  client.close();
                  log.info("chat-operator stopped");
                },
                "shutdown"));
    operator.start();
    log.info(
        "chat-operator ready version={} managementPort={} namespaces={} api={}",
        version,
        management.port(),
        config.namespaces().isEmpty() ? "all" : String.join(",", config.namespaces()),
        client.getMasterUrl());
  }

  /** Without the orderly stop, which would go on with the work at hand for seconds. */
  private static void end(String why, Logger log) {
    log.error("chat-operator ends: {}", why);
    Runtime.getRuntime().halt(1);
  }
}
