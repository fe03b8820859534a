package dev.chatcluster.operator;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;

/** A Kubernetes API in memory that remembers who wrote what, and fails when told to. */
public final class MockApi implements AutoCloseable {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile int code = 500;
  private volatile Failing failing = (method, path, body) -> false;
  private volatile List<String> keys;
  private final KubernetesMockServer server;
  private final KubernetesClient client;

  public MockApi() {
    this("one");
  }

  /** One whose key tells its Kubernetes cluster from others. */
  MockApi(String key) {
    keys = List.of(key);
    KubernetesCrudDispatcher dispatcher =
        new KubernetesCrudDispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String method = String.valueOf(request.getMethod());
            requests.add(method + " " + request.getPath());
            String body =
                request.getBody() == null
                    ? ""
                    : new String(request.getBody().getBytes(), StandardCharsets.UTF_8);
            if (failing.fails(method, request.getPath(), body)) {
              return new MockResponse().setResponseCode(code).setBody("told to fail");
            }
            if (request.getPath().equals("/openid/v1/jwks")) {
              return new MockResponse().setResponseCode(200).setBody(jwks());
            }
            return super.dispatch(request);
          }
        };
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), dispatcher, false);
    server.init();
    server.expectCustomResource(
        CustomResourceDefinitionContext.fromCustomResourceType(ChatCluster.class));
    Config config = server.createClient().getConfiguration();
    client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(config).withRequestRetryBackoffLimit(0).build())
            .build();
  }

  /** From now on it signs with others. */
  void signWith(String... others) {
    keys = List.of(others);
  }

  private String jwks() {
    return keys.stream()
        .map(key -> "{\"use\":\"sig\",\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}".formatted(key))
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  /** Which requests are to fail. */
  interface Failing {
    boolean fails(String method, String path, String body);
  }

  public KubernetesClient client() {
    return client;
  }

  /** Every request from now on to which this says yes is answered with 500. */
  void fail(Failing which) {
    fail(500, which);
  }

  /** The same with another status code. */
  void fail(int answer, Failing which) {
    code = answer;
    failing = which;
  }

  void heal() {
    failing = (method, path, body) -> false;
  }

  /**
   * Requests since the last call, watches included; without the question what it may see, which an
   * operator with a list of namespaces asks at a pace of its own.
   */
  List<String> takeRequests() {
    List<String> taken =
        requests.stream().filter(each -> !each.contains("selfsubjectaccessreviews")).toList();
    requests.clear();
    return taken;
  }

  @Override
  public void close() {
    client.close();
    try {
      server.destroy();
    } catch (RejectedExecutionException e) {
      // Its threads had ended before it asked them whether they had.
    }
  }
}
