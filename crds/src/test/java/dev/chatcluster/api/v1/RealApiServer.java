package dev.chatcluster.api.v1;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A kube-apiserver with its etcd, from the binaries that lie where fabric8's kube-api-test looks.
 * Nothing is downloaded: where they are missing the tests are skipped, unless
 * CHATCLUSTER_REQUIRE_KUBEAPITEST=1 insists on them.
 */
public final class RealApiServer implements AutoCloseable {
  private final KubeAPIServer server;
  private final KubernetesClient client;

  private RealApiServer(KubeAPIServer server, KubernetesClient client) {
    this.server = server;
    this.client = client;
  }

  /** Starts one on a free port, with RBAC; skips the test where there are no binaries. */
  public static RealApiServer start() {
    Path binaries = binaries();
    boolean there = Files.isDirectory(binaries);
    if (!"1".equals(System.getenv("CHATCLUSTER_REQUIRE_KUBEAPITEST")))
      assumeTrue(
          there,
          "no kube-apiserver and etcd in " + binaries + ", nothing is downloaded for a test");
    else if (!there)
      throw new AssertionError(
          "CHATCLUSTER_REQUIRE_KUBEAPITEST=1, but there is no kube-apiserver and etcd in "
              + binaries);
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

  private static Path binaries() {
    String folder = System.getenv(KubeAPIServerConfigBuilder.KUBE_API_TEST_DIR);
    Path home =
        folder != null
            ? Path.of(folder)
            : Path.of(System.getProperty("user.home"), KubeAPIServerConfigBuilder.DIRECTORY_NAME);
    Path versions = home.resolve("k8s");
    if (!Files.isDirectory(versions)) return versions;
    try (var found = Files.list(versions)) {
      return found
          .filter(v -> Files.isExecutable(v.resolve("kube-apiserver")))
          .findAny()
          .orElse(versions.resolve("any"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
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
