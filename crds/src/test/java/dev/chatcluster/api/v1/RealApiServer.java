package dev.chatcluster.api.v1;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
      if (missing().isEmpty() || "1".equals(System.getenv("CHATCLUSTER_REQUIRE_KUBEAPITEST")))
        return ConditionEvaluationResult.enabled("");
      return ConditionEvaluationResult.disabled(missing().get());
    }
  }

  private RealApiServer(KubeAPIServer server, KubernetesClient client) {
    this.server = server;
    this.client = client;
  }

  /** Starts one on a free port, with RBAC and further flags of kube-apiserver. */
  public static RealApiServer start(String... flags) {
    missing()
        .ifPresent(
            why -> {
              throw new AssertionError(why);
            });
    var server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withApiServerFlags(List.of(flags))
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

  /** Why there can be none on this machine; empty when there can. */
  public static Optional<String> missing() {
    return isThere()
        ? Optional.empty()
        : Optional.of(
            "no kube-apiserver and etcd in "
                + FOLDER
                + "/VERSION-OS-ARCH, and nothing is downloaded for a test");
  }

  /** Returns once the server serves the definition's objects, whoever created it. */
  public void awaitServed(CustomResourceDefinition definition) {
    await().atMost(Duration.ofSeconds(30)).until(() -> isServed(client.resource(definition).get()));
  }

  /** The first answers of a server may have no status, or one without conditions. */
  private static boolean isServed(CustomResourceDefinition definition) {
    if (definition == null || definition.getStatus() == null) return false;
    var conditions = definition.getStatus().getConditions();
    return conditions != null
        && conditions.stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  /** The kind as the Gateway API has it: with a default of its own, and without its schema. */
  public static CustomResourceDefinition httpRoutes() {
    return new KubernetesSerialization()
        .unmarshal(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: httproutes.gateway.networking.k8s.io
              annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
            spec:
              group: gateway.networking.k8s.io
              scope: Namespaced
              names: {kind: HTTPRoute, plural: httproutes, singular: httproute}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        x-kubernetes-preserve-unknown-fields: true
                        properties:
                          parentRefs:
                            type: array
                            items:
                              type: object
                              x-kubernetes-preserve-unknown-fields: true
                              properties:
                                kind: {type: string, default: Gateway}
            """,
            CustomResourceDefinition.class);
  }

  /** For other processes, with all rights. */
  public String kubeconfig() {
    return server.getKubeConfigYaml();
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
