package dev.chatcluster.operator.real;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.RealApiServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real API server that knows ChatClusters, and the controllers of a kube-controller-manager that
 * make pods of Deployments and remove what has lost its owner.
 */
public final class RealCluster implements AutoCloseable {
  private static final String BINARY = "CHATCLUSTER_KUBE_CONTROLLER_MANAGER";

  private final RealApiServer server;
  private final Path kubeconfig;
  private final Process controllers;

  /**
   * Tests that are skipped where the binaries are not there, unless
   * CHATCLUSTER_REQUIRE_CONTROLLER_MANAGER=1 insists on them.
   */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(Binaries.class)
  public @interface Required {}

  static final class Binaries implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (missing().isEmpty()
          || "1".equals(System.getenv("CHATCLUSTER_REQUIRE_CONTROLLER_MANAGER")))
        return ConditionEvaluationResult.enabled("");
      return ConditionEvaluationResult.disabled(missing().get());
    }
  }

  private RealCluster(RealApiServer server, Path folder) throws IOException {
    this.server = server;
    install();
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig());
    // After the CRD, which the garbage collector would otherwise find half a minute later.
    controllers =
        new ProcessBuilder(
                System.getenv(BINARY),
                "--kubeconfig=" + kubeconfig,
                "--leader-elect=false",
                "--secure-port=0",
                "--controllers=deployment-controller,replicaset-controller,"
                    + "garbage-collector-controller,service-cidr-controller",
                "--concurrent-deployment-syncs=20",
                "--concurrent-replicaset-syncs=20",
                "--kube-api-qps=1000",
                "--kube-api-burst=2000")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("kube-controller-manager.log").toFile())
            .start();
  }

  /**
   * Starts one on free ports.
   *
   * @param folder for the kubeconfig and the logs
   */
  public static RealCluster start(Path folder) throws IOException {
    missing()
        .ifPresent(
            why -> {
              throw new AssertionError(why);
            });
    RealApiServer server = RealApiServer.start();
    try {
      return new RealCluster(server, folder);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static Optional<String> missing() {
    String binary = System.getenv(BINARY);
    if (binary == null || !Files.isExecutable(Path.of(binary))) {
      return Optional.of(
          BINARY + " names no kube-controller-manager, and nothing is downloaded for a test");
    }
    return RealApiServer.missing();
  }

  private void install() throws IOException {
    CustomResourceDefinition crd;
    try (InputStream in =
        ChatCluster.class.getResourceAsStream("chatclusters.chatcluster.dev.yaml")) {
      crd = client().getKubernetesSerialization().unmarshal(in, CustomResourceDefinition.class);
    }
    client().resource(crd).create();
    server.awaitServed(crd);
    // The API server's own range has addresses for 254 Services.
    client()
        .resource(
            """
            apiVersion: networking.k8s.io/v1
            kind: ServiceCIDR
            metadata: {name: more}
            spec: {cidrs: [10.64.0.0/16]}
            """)
        .create();
  }

  /** With all rights. */
  public KubernetesClient client() {
    return server.client();
  }

  /** Names it to other processes. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  public void createNamespace(String name) {
    client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  @Override
  public void close() {
    controllers.destroyForcibly();
    server.close();
  }
}
