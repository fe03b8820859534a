package dev.chatcluster.quickstart.proxy;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.kafka.FreePorts;
import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.objects.MergePatch;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceProxyTest {
  private Resources resources;
  private ServiceProxy proxy;

  @BeforeEach
  void start() throws IOException {
    resources = Fixtures.cluster();
    proxy = new ServiceProxy(resources);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  /** Greets whoever connects, and sends back one byte. */
  private static ServerSocket backend(int greeting) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                  client.getOutputStream().write(greeting);
                  client.getOutputStream().write(client.getInputStream().read());
                } catch (IOException closed) {
                  // The test is over.
                }
              }
            });
    return server;
  }

  private void pod(String name, int port, boolean ready) {
    resources.create(
        ResourceTypes.PODS,
        "default",
        yaml(
            """
            metadata: {name: %s, labels: {app: chat}}
            spec: {containers: [{name: c, image: i, ports: [{name: client, containerPort: 8080, hostPort: %d}]}]}
            """
                .formatted(name, port)),
        WriteOptions.plain());
    setReady(name, ready);
  }

  private void setReady(String name, boolean ready) {
    String status = "status: {conditions: [{type: Ready, status: '%s'}]}";
    resources.updateStatus(
        ResourceTypes.PODS,
        ResourceTypes.PODS.key("default", name),
        pod -> MergePatch.apply(pod, yaml(status.formatted(ready ? "True" : "False"))));
  }

  private int service() {
    ObjectNode service =
        resources.create(
            ResourceTypes.SERVICES,
            "default",
            yaml(
                """
                metadata: {name: chat}
                spec: {selector: {app: chat}, ports: [{name: client, port: 8080, targetPort: client}]}
                """),
            WriteOptions.plain());
    return service.at("/spec/ports/0/nodePort").asInt();
  }

  /** What the backend greets with; -1 when nobody is there. */
  private static int ask(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5000);
      int greeting = socket.getInputStream().read();
      if (greeting >= 0) {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
      }
      return greeting;
    }
  }

  @Test
  void leadsToTheReadyPodsInTurn() throws Exception {
    try (ServerSocket one = backend(1);
        ServerSocket two = backend(2);
        ServerSocket three = backend(3)) {
      pod("one", one.getLocalPort(), true);
      pod("two", two.getLocalPort(), true);
      pod("three", three.getLocalPort(), false);
      int port = service();
      Set<Integer> reached = new HashSet<>();
      await()
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                reached.add(ask(port));
                assertThat(reached).contains(1, 2);
              });
      assertThat(reached).doesNotContain(3);
      setReady("one", false);
      setReady("two", false);
      setReady("three", true);
      await().until(() -> ask(port) == 3 && ask(port) == 3);
    }
  }

  @Test
  void passesOverAPodThatIsGoneButCountsAsReady() throws Exception {
    try (ServerSocket one = backend(1)) {
      pod("one", one.getLocalPort(), true);
      pod("gone", FreePorts.next(), true);
      int port = service();
      await().ignoreExceptions().until(() -> ask(port) == 1);
      for (int i = 0; i < 4; i++) {
        assertThat(ask(port)).isEqualTo(1);
      }
    }
  }

  @Test
  void writesEndpoints() {
    pod("one", 31001, true);
    service();
    await()
        .until(
            () ->
                resources
                    .store()
                    .get(ResourceTypes.ENDPOINTS.key("default", "chat"))
                    .map(e -> e.at("/subsets/0/ports/0/port").asInt() == 31001)
                    .orElse(false));
  }
}
