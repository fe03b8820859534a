package dev.chatcluster.api.v1;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A kube-apiserver with its etcd, from the binaries that lie where fabric8's kube-api-test looks.
 * Nothing is downloaded for a test.
 */
public final class RealApiServer implements AutoCloseable {
  private static final Path FOLDER = folder();

  private final KubeAPIServer server;
  private final KubernetesClient client;

  /**
   * Tests that are skipped where there are no binaries, unless CHATCLUSTER_REQUIRE_KUBEAPITEST=1
   * insists on them.
   */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(Binaries.class)
  public @interface Required {}

  static final class Binaries implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (isThere() || "1".equals(System.getenv("CHATCLUSTER_REQUIRE_KUBEAPITEST")))
        return ConditionEvaluationResult.enabled("");
      return ConditionEvaluationResult.disabled(missing());
    }
  }

  private RealApiServer(KubeAPIServer server, KubernetesClient client) {
    this.server = server;
    this.client = client;
  }

  /** Starts one on a free port, with RBAC. */
  public static RealApiServer start() {
    if (!isThere()) throw new AssertionError(missing());
    var server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .build());
    server.start();
    var config = Config.fromKubeconfig(server.getKubeConfigYaml());
    return new RealApiServer(server, new KubernetesClientBuilder().withConfig(config).build());
  }

  private static Path folder() {
    String given = System.getenv(KubeAPIServerConfigBuilder.KUBE_API_TEST_DIR);
    Path home =
        given != null
            ? Path.of(given)
            : Path.of(System.getProperty("user.home"), KubeAPIServerConfigBuilder.DIRECTORY_NAME);
    return home.resolve("k8s");
  }

  private static boolean isThere() {
    if (!Files.isDirectory(FOLDER)) return false;
    try (var versions = Files.list(FOLDER)) {
      return versions.anyMatch(version -> Files.isExecutable(version.resolve("kube-apiserver")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String missing() {
    return "no kube-apiserver and etcd in "
        + FOLDER
        + "/VERSION-OS-ARCH, and nothing is downloaded for a test";
  }

  /** With all rights. */
  public KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.stop();
  }
}
