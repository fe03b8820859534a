package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.websocket.ClientServerConfig.Timing;
import dev.chatcluster.test.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration SHORT = Duration.ofMillis(300);

  /** For what is waited out, but a client has to be quicker than. */
  private static final Duration SECONDS = Duration.ofSeconds(3);

  private Fixture fixture;

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void start(Timing timing) {
    fixture = new Fixture(List.of("*"), timing);
  }

  private HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fixture.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void saysWhereARoomIsServed() throws Exception {
    start(Timing.DEFAULT);
    int partition = fixture.log.partitionOf("a/b \"ü\"");
    HttpResponse<String> answer = get("/rooms/a%2Fb%20%22%C3%BC%22");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"room\":\"a/b \\\"ü\\\"\",\"partition\":"
                + partition
                + ",\"url\":\"ws://chat-partition-"
                + partition
                + ".ns.svc:8080\",\"pod\":\"chat-partition-1-abc\"}");
  }

  @Test
  void servesTheSameBelowThePathByWhichItIsFoundFromOutside() throws Exception {
    start(Timing.DEFAULT);
    String plain = get("/rooms/7").body();
    assertThat(get("/app/rooms/7").body()).isEqualTo(plain);
    assertThat(get("/app/partitions/4/rooms/7").body()).isEqualTo(plain);
    assertThat(get("/partitions/4/ws").body()).contains("This is a WebSocket endpoint");
    assertThat(get("/app/elsewhere").body()).contains("\"/app/elsewhere\"");
  }

  @Test
  void answersBadRequestsWithASentence() throws Exception {
    start(Timing.DEFAULT);
    assertThat(get("/rooms/__chat").statusCode()).isEqualTo(400);
    assertThat(get("/rooms/__chat").body()).contains("is reserved");
    assertThat(get("/rooms/" + "x".repeat(201)).body()).contains("1 to 200 bytes");
    assertThat(get("/rooms/%FF").statusCode()).isEqualTo(400);
    assertThat(get("/rooms/%FF").body()).contains("not percent-encoded UTF-8");
    assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
    assertThat(get("/elsewhere").body()).contains("connect a WebSocket to /ws");
    assertThat(get("/ws").statusCode()).isEqualTo(400);
    assertThat(get("/ws").body()).contains("This is a WebSocket endpoint");
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.write("GET /rooms/%zz HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(raw.head()).startsWith("HTTP/1.1 400");
    }
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.write("\u0001\u0002 nonsense\r\n\r\n");
      assertThat(raw.head()).startsWith("HTTP/1.1 400");
    }
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.write("GET /ws HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
      assertThat(raw.head()).startsWith("HTTP/1.1 4");
    }
  }

  @Test
  void answersPagesOfAllowedOriginsOnly() throws Exception {
    fixture = new Fixture(List.of("https://chat.example.com"), Timing.DEFAULT);
    String mine = "https://chat.example.com";
    assertThat(get("/rooms/1", "Origin", mine).headers().firstValue("Access-Control-Allow-Origin"))
        .contains(mine);
    assertThat(
            get("/rooms/1", "Origin", "https://evil.example")
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isEmpty();
    assertThat(upgradeFrom("https://CHAT.example.com")).startsWith("HTTP/1.1 101");
    assertThat(upgradeFrom(null)).startsWith("HTTP/1.1 101");
    assertThat(upgradeFrom("https://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(upgradeFrom("null")).startsWith("HTTP/1.1 403");
  }

  private String upgradeFrom(String origin) throws IOException {
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.write(
          "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
              + (origin == null ? "" : "Origin: " + origin + "\r\n")
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
      return raw.head();
    }
  }

  @Test
  void saysWhichPortCannotBeBound() {
    start(Timing.DEFAULT);
    ClientServerConfig taken =
        ClientServerConfig.of(
            "127.0.0.1", fixture.port(), List.of("*"), 1000, 1000, null, "/", "pod");
    assertThatThrownBy(
            () ->
                ClientServer.start(taken, fixture.log, fixture.log, new SimpleMeterRegistry())
                    .close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen for clients on 127.0.0.1:" + fixture.port());
  }

  @Test
  void sendsHeartBeatsToAQuietClientAndPingsIt() throws Exception {
    Timing usual = Timing.DEFAULT;
    start(
        new Timing(
            usual.connect(),
            SHORT,
            SHORT.multipliedBy(2),
            usual.silence(),
            usual.slowClientAge(),
            usual.linger(),
            usual.acceptWhileDraining()));
    try (RawClient raw = RawClient.connected(fixture.port(), 0)) {
      List<Integer> opcodes = new ArrayList<>();
      while (!opcodes.contains(9) || !opcodes.contains(1)) {
        RawClient.Frame frame = raw.read();
        opcodes.add(frame.opcode());
        assertThat(frame.text()).isEqualTo(frame.opcode() == 1 ? "\n" : "");
      }
      raw.frame(0x89, new byte[] {1, 2, 3});
      RawClient.Frame pong = raw.read();
      while (pong.opcode() != 10) {
        pong = raw.read();
      }
      assertThat(pong.payload()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void closesAClientThatAnswersNoPing() throws Exception {
    start(Fixture.shortly("silence", SECONDS));
    try (RawClient raw = RawClient.connected(fixture.port(), 0)) {
      assertThat(raw.readToClose().status()).isEqualTo(4009);
    }
    assertThat(fixture.counted("chat.connections.closed", "reason", "silent-client")).isEqualTo(1);
  }

  @Test
  void givesUpOnAConnectThatNeverComesAndAFrameThatNeverEnds() throws Exception {
    start(Fixture.shortly("connect", SECONDS));
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.upgrade();
      raw.text("CONNECT\naccept-version:1.2\n\n");
      assertThat(raw.read().text()).startsWith("ERROR\n").contains("no complete CONNECT within");
      assertThat(raw.readToClose().status()).isEqualTo(1013);
    }
    try (RawClient raw = RawClient.connected(fixture.port(), 0)) {
      raw.text("SEND\ndestination:/app/1\n\nno end");
      assertThat(raw.read().text()).startsWith("ERROR\n").contains("every frame ends with a NUL");
      assertThat(raw.readToClose().status()).isEqualTo(4400);
    }
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.write("GET /ws HTTP/1.1\r\n");
      assertThat(raw.socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void refusesWhatIsNotWebSocket() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient raw = RawClient.connected(fixture.port(), 0)) {
      raw.socket.getOutputStream().write(new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0});
      assertThat(raw.readToClose().status()).isEqualTo(1002);
    }
  }

  @Test
  void namesTheLimitOfOneHugeWebSocketFrame() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient raw = RawClient.connected(fixture.port(), 0)) {
      // It is refused by its head; what follows must not cut off the answer.
      byte[] head = {(byte) 0x82, (byte) 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0};
      raw.socket.getOutputStream().write(head);
      await().until(() -> fixture.counted("chat.errors") == 1);
      for (int i = 0; i < 32; i++) {
        raw.socket.getOutputStream().write(new byte[2 * Fixture.MESSAGE_BYTES / 32]);
      }
      assertThat(raw.read().text()).contains("limited to 1048576 bytes").contains("retry:false");
      assertThat(raw.readToClose().status()).isEqualTo(4400);
    }
  }

  @Test
  void takesNoLargeFrameBeforeConnected() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.upgrade();
      // Refused by its head: what it announces is never waited for.
      raw.socket.getOutputStream().write(new byte[] {(byte) 0x82, (byte) 0xff});
      raw.socket.getOutputStream().write(new byte[] {0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0});
      assertThat(raw.read().text()).contains("before CONNECTED is larger than 65536 bytes");
      assertThat(raw.readToClose().status()).isEqualTo(4400);
    }
  }

  @Test
  void takesLargeFramesRightBehindAConnectInFragments() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient raw = new RawClient(fixture.port(), 0)) {
      raw.upgrade();
      raw.frame(0x01, "CONNECT\naccept-ver".getBytes(StandardCharsets.UTF_8));
      raw.frame(0x00, "sion:1.2\n\n\0".getBytes(StandardCharsets.UTF_8));
      raw.frame(0x80, "\n".getBytes(StandardCharsets.UTF_8));
      raw.text("SEND\ndestination:/app/1\nreceipt:r\n\n" + "x".repeat(1_000_000) + "\0");
      assertThat(raw.read().text()).startsWith("CONNECTED\n");
      assertThat(raw.read().text()).startsWith("RECEIPT\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /rooms/1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /ws HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n"
      })
  void cutsOffWhoAsksOnAndOnAndReadsNoAnswer(String request) throws Exception {
    start(Timing.DEFAULT);
    String many = request.repeat(1000);
    try (RawClient raw = new RawClient(fixture.port(), 4096)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 300; i++) {
                  raw.write(many);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void readsNoFurtherWhileThePathToKafkaIsFull() throws Exception {
    start(Timing.DEFAULT);
    fixture.log.pathsFull = true;
    String send = "SEND\ndestination:/app/room\n\n" + "x".repeat(500_000) + "\0";
    AtomicInteger written = new AtomicInteger();
    try (RawClient raw = RawClient.connected(fixture.port(), 0)) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (; written.get() < 64; written.incrementAndGet()) {
                    raw.text(send);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      // 32 MB do not fit into the sockets' buffers.
      await().during(Duration.ofMillis(500)).until(() -> written.get() < 64);
      fixture.log.makeRoom();
      writing.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
      await().until(() -> fixture.log.sent == 64);
    }
  }

  @Test
  void closesASlowClientAndNobodyElse() throws Exception {
    start(Timing.DEFAULT);
    String value = "x".repeat(10_000);
    try (RawClient slow = RawClient.connected(fixture.port(), 4096);
        TestClient quick = TestClient.connected(fixture.port())) {
      slow.text("SUBSCRIBE\nid:1\ndestination:/topic/room\nreceipt:r\n\n\0");
      slow.read();
      quick.subscribe("1", "room");
      int sent = 0;
      while (fixture.counted("chat.connections.closed", "reason", "slow-client") == 0) {
        fixture.log.append("room", value);
        assertThat(quick.expect("MESSAGE").body()).hasSize(10_000);
        assertThat(++sent).as("messages until the slow client is closed").isLessThan(5000);
      }
      fixture.log.append("room", "after");
      assertThat(quick.expect("MESSAGE").bodyText()).isEqualTo("after");
      await().until(() -> fixture.log.listeners() == 1);
      RawClient.Frame close = slow.readToClose();
      assertThat(close.status()).isEqualTo(4008);
      assertThat(close.text()).contains("reconnect and resume");
    }
  }

  /** One connection may have many subscriptions to one room, each with a frame of its own. */
  @Test
  void queuesNoMoreForASlowClientThanItsBound() throws Exception {
    start(Timing.DEFAULT);
    int subscriptions = 100;
    try (RawClient slow = RawClient.connected(fixture.port(), 4096)) {
      for (int i = 0; i < subscriptions; i++) {
        slow.text("SUBSCRIBE\nid:" + i + "\ndestination:/topic/room\nreceipt:r\n\n\0");
        slow.read();
      }
      fixture.log.append("room", List.of(), new byte[3][500_000]);
      await().until(() -> fixture.counted("chat.connections.closed", "reason", "slow-client") == 1);
      // The bound and what the sockets' buffers take are some 10 MB at the most, of 150.
      assertThat(fixture.counted("chat.deliveries")).isLessThan(subscriptions);
      assertThat(slow.readToClose().status()).isEqualTo(4008);
    }
  }

  /** Kafka's producers may write larger messages than clients may send. */
  @Test
  void keepsAClientThatReadsAMessageBeyondItsBound() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient client = RawClient.connected(fixture.port(), 4096)) {
      client.text("SUBSCRIBE\nid:1\ndestination:/topic/room\nreceipt:r\n\n\0");
      client.read();
      fixture.log.append("room", List.of(), new byte[1][16 * Fixture.MESSAGE_BYTES]);
      fixture.log.append("room", "after");
      assertThat(client.read().payload()).hasSizeGreaterThan(16 * Fixture.MESSAGE_BYTES);
      assertThat(client.read().text()).contains("\n\nafter");
    }
  }

  @Test
  void toleratesNoMoreThanTheBoundAgainOnceAMessageBeyondItIsTaken() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient client = RawClient.connected(fixture.port(), 4096)) {
      client.text("SUBSCRIBE\nid:1\ndestination:/topic/room\nreceipt:r\n\n\0");
      client.read();
      fixture.log.append("room", List.of(), new byte[1][32 * Fixture.MESSAGE_BYTES]);
      assertThat(client.read().payload()).hasSizeGreaterThan(32 * Fixture.MESSAGE_BYTES);
      int messages = 100;
      fixture.log.append("room", List.of(), new byte[messages][500_000]);
      await().until(() -> fixture.counted("chat.connections.closed", "reason", "slow-client") == 1);
      assertThat(fixture.counted("chat.deliveries")).isLessThan(messages);
    }
  }

  @Test
  void closesAClientWhoseQueueIsTooOld() throws Exception {
    fixture = new Fixture(List.of("*"), Fixture.shortly("slowClientAge", SHORT), 1 << 30);
    try (RawClient slow = RawClient.connected(fixture.port(), 4096)) {
      slow.text("SUBSCRIBE\nid:1\ndestination:/topic/room\nreceipt:r\n\n\0");
      slow.read();
      // More than the sockets' buffers take.
      fixture.log.append("room", List.of(), new byte[30][1_000_000]);
      await().until(() -> fixture.counted("chat.connections.closed", "reason", "slow-client") == 1);
      RawClient.Frame close = slow.readToClose();
      assertThat(close.status()).isEqualTo(4008);
      assertThat(close.text()).contains("waits too long");
    }
  }

  @Test
  void slowsAReplayDownToItsReader() throws Exception {
    start(Timing.DEFAULT);
    byte[][] values = new byte[300][];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i + ":" + "x".repeat(50_000)).getBytes(StandardCharsets.UTF_8);
    }
    fixture.log.append("room", List.of(), values);
    try (RawClient slow = RawClient.connected(fixture.port(), 4096)) {
      slow.text(
          "SUBSCRIBE\nid:1\ndestination:/topic/room\nresume-from:"
              + FakeLog.token(-1)
              + "\nreceipt:r\n\n\0");
      assertThat(slow.read().text()).contains("recovered:true");
      fixture.log.append("room", "300:");
      for (int i = 0; i <= values.length; i++) {
        assertThat(slow.read().text()).contains("\n\n" + i + ":");
      }
    }
    assertThat(fixture.counted("chat.connections.closed", "reason", "slow-client")).isZero();
  }

  @Test
  void closesAReplayBehindWhichTooMuchWaits() throws Exception {
    start(Timing.DEFAULT);
    byte[][] values = new byte[300][50_000];
    fixture.log.append("room", List.of(), values);
    try (RawClient slow = RawClient.connected(fixture.port(), 4096)) {
      slow.text(
          "SUBSCRIBE\nid:1\ndestination:/topic/room\nresume-from:"
              + FakeLog.token(-1)
              + "\nreceipt:r\n\n\0");
      slow.read();
      for (int i = 0; i < 3; i++) {
        fixture.log.append("room", "x".repeat(1_000_000));
      }
      RawClient.Frame close = slow.readToClose();
      assertThat(close.status()).isEqualTo(4008);
      assertThat(close.text()).contains("too much is queued");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20})
  void drainsByAnsweringSendsAndSpreadingTheCloses(int clients) throws Exception {
    start(Timing.DEFAULT);
    List<TestClient> open = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      open.add(TestClient.connected(fixture.port()));
    }
    fixture.log.holdAnswers = true;
    open.getFirst().send("SEND\ndestination:/app/1\nreceipt:last\n\nx\0");
    await().until(() -> fixture.log.sent == 1);
    // A third of it, 5 s, is for those who still come.
    Duration window = Duration.ofSeconds(15);
    long begin = System.nanoTime();
    // A thread of its own: the common pool's few are the client's.
    CompletableFuture<Void> drained =
        CompletableFuture.runAsync(
            () -> fixture.server.drain(window), task -> new Thread(task).start());
    // Endpoints lag behind: who still comes is still served.
    TestClient late = TestClient.connected(fixture.port());
    late.subscribe("1", "room");
    await().untilAsserted(this::assertNothingListens);
    for (TestClient client : open.subList(1, open.size())) {
      assertThat(client.closeStatus()).isEqualTo(1012);
    }
    assertThat(late.closeStatus()).isEqualTo(1012);
    // Only the end of its window keeps it from waiting for an answer.
    boolean over = drained.isDone();
    assertThat(over && since(begin).compareTo(window) < 0).isFalse();
    fixture.log.answerAll();
    assertThat(open.getFirst().expect("RECEIPT").header("receipt-id")).isEqualTo("last");
    assertThat(open.getFirst().closeStatus()).isEqualTo(1012);
    drained.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
    if (clients > 1) {
      assertThat(since(begin)).isGreaterThan(Duration.ofSeconds(8));
    }
    open.forEach(TestClient::close);
    late.close();
    await().until(() -> fixture.gauge("chat.connections") == 0);
  }

  @Test
  void tellsWhoHasNoAnswerAtTheEndOfTheDrainToComeAgain() throws Exception {
    start(Timing.DEFAULT);
    fixture.log.holdAnswers = true;
    try (TestClient client = TestClient.connected(fixture.port())) {
      client.send("SEND\ndestination:/app/1\nreceipt:r\n\nx\0");
      await().until(() -> fixture.log.sent == 1);
      fixture.server.drain(Duration.ofSeconds(2));
      fixture.server.close();
      assertThat(client.closeStatus()).isEqualTo(1012);
      assertThat(client.frames).isEmpty();
    }
  }

  /** Accepted at the last moment: its handshake comes when nothing listens any more. */
  @Test
  void servesAHandshakeThatIsUnderWayWhenItDrains() throws Exception {
    start(Timing.DEFAULT);
    try (RawClient late = new RawClient(fixture.port(), 0)) {
      Thread drain = Thread.ofVirtual().start(() -> fixture.server.drain(Duration.ofSeconds(6)));
      await().untilAsserted(this::assertNothingListens);
      late.upgrade();
      late.text("CONNECT\naccept-version:1.2\n\n\0");
      assertThat(late.read().text()).startsWith("CONNECTED");
      assertThat(late.readToClose().status()).isEqualTo(1012);
      drain.join();
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private void assertNothingListens() {
    assertThatThrownBy(() -> new RawClient(fixture.port(), 0).close())
        .isInstanceOf(ConnectException.class);
  }
}
