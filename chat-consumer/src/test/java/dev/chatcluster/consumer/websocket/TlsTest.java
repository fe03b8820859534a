package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.tls.Certificate;
import dev.chatcluster.consumer.tls.TestKeys;
import dev.chatcluster.test.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client port with a certificate, and another one while it runs. */
class TlsTest {
  private static final Duration OFTEN = Duration.ofMillis(50);

  @TempDir Path folder;
  private TestKeys keys;
  private FakeLog log;
  private Certificate certificate;
  private ClientServer server;

  @BeforeEach
  void start() throws Exception {
    keys = TestKeys.make(folder, "EC");
    keys.write(folder);
    certificate = read();
    log = new FakeLog();
    server =
        ClientServer.start(
            ClientServerConfig.of("127.0.0.1", 0, List.of("*"), 1000, 2000, null, "/", "pod"),
            Optional.of(certificate),
            log,
            log,
            new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() {
    server.close();
    certificate.close();
    log.close();
  }

  private Certificate read() throws IOException {
    return Certificate.of(folder.resolve("tls.crt"), folder.resolve("tls.key"), OFTEN);
  }

  @Test
  void servesHttpAndWebSockets() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(keys)).build()) {
      URI room = URI.create("https://localhost:" + server.port() + "/rooms/7");
      assertThat(
              client
                  .send(
                      java.net.http.HttpRequest.newBuilder(room).build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body())
          .contains("\"room\":\"7\"");
      CompletableFuture<String> connected = new CompletableFuture<>();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("wss://localhost:" + server.port() + "/ws"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket s, CharSequence text, boolean end) {
                      connected.complete(text.toString());
                      return null;
                    }
                  })
              .get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
      socket.sendText("CONNECT\naccept-version:1.2\n\n\0", true);
      assertThat(connected.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS))
          .startsWith("CONNECTED");
      socket.abort();
    }
  }

  @Test
  void showsANewCertificateAndKeepsTheFormerWhenTheNewOneCannotBeUsed() throws Exception {
    assertThat(shown(keys)).isEqualTo(keys.certificate());
    Files.writeString(folder.resolve("tls.key"), "no key");
    await().during(Duration.ofMillis(300)).until(() -> shown(keys).equals(keys.certificate()));
    TestKeys next = TestKeys.make(folder, "RSA");
    next.write(folder);
    await().ignoreExceptions().until(() -> shown(next).equals(next.certificate()));
  }

  @Test
  void doesNotBeginWithFilesThatDoNotBelongTogether() throws Exception {
    String former = Files.readString(folder.resolve("tls.crt"));
    TestKeys.make(folder, "EC").write(folder);
    Files.writeString(folder.resolve("tls.crt"), former);
    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not the key of the certificate");
    Files.delete(folder.resolve("tls.crt"));
    assertThatThrownBy(this::read).hasMessageContaining("the certificate file");
  }

  private X509Certificate shown(TestKeys trusted) throws Exception {
    try (SSLSocket socket =
        (SSLSocket) trusting(trusted).getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setSoTimeout(5000);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLContext trusting(TestKeys trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("chat", trusted.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
