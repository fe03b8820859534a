package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.test.Patience;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompDecoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/** A STOMP client made of the JDK's WebSocket and Spring's decoder: neither knows ours. */
final class TestClient implements AutoCloseable, WebSocket.Listener {
  /**
   * A frame of the server.
   *
   * @param text whether it came as a TEXT message
   * @param command {@code HEART-BEAT} for a line feed
   */
  record Frame(boolean text, String command, StompHeaderAccessor headers, byte[] body) {
    String header(String name) {
      return headers.getFirstNativeHeader(name);
    }

    String bodyText() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final LinkedBlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  final CompletableFuture<String> closeReason = new CompletableFuture<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private WebSocket socket;

  static TestClient open(int port) {
    return open(port, "/ws", "v12.stomp", "v11.stomp", "v10.stomp");
  }

  static TestClient open(int port, String path, String subprotocol, String... more) {
    TestClient client = new TestClient();
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    if (subprotocol != null) {
      builder.subprotocols(subprotocol, more);
    }
    client.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), client).join();
    return client;
  }

  static TestClient connected(int port) {
    TestClient client = open(port);
    client.send("CONNECT\naccept-version:1.0,1.1,1.2\nhost:localhost\n\n\0");
    client.expect("CONNECTED");
    return client;
  }

  WebSocket socket() {
    return socket;
  }

  void send(String text) {
    socket.sendText(text, true).join();
  }

  void send(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  void subscribe(String id, String room) {
    send("SUBSCRIBE\nid:" + id + "\ndestination:/topic/" + room + "\nreceipt:s-" + id + "\n\n\0");
    assertThat(expect("RECEIPT").header("receipt-id")).isEqualTo("s-" + id);
  }

  /** The next frame, which has to be of that command. */
  Frame expect(String command) {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo(command);
    return frame;
  }

  Frame next() {
    try {
      Frame frame = frames.poll(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(frame)
          .as("a frame; closed: %s %s", closed.getNow(null), closeReason.getNow(""))
          .isNotNull();
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** ERROR with that sentence, then a close with that status. */
  Frame refusedWith(String sentence, int status) {
    Frame error = expect("ERROR");
    assertThat(error.bodyText()).contains(sentence);
    assertThat(error.bodyText()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(error.header("retry")).isEqualTo(Boolean.toString(status != 4400));
    assertThat(closeStatus()).isEqualTo(status);
    return error;
  }

  int closeStatus() {
    return closed.orTimeout(Patience.LONG.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partial.writeBytes(data.toString().getBytes(StandardCharsets.UTF_8));
    return complete(true, last);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    partial.writeBytes(bytes);
    return complete(false, last);
  }

  private CompletionStage<?> complete(boolean text, boolean last) {
    if (last) {
      byte[] whole = partial.toByteArray();
      partial.reset();
      if (whole.length == 1 && whole[0] == '\n') {
        frames.add(new Frame(text, "HEART-BEAT", null, new byte[0]));
      } else {
        frames.add(read(text, whole));
      }
    }
    socket.request(1);
    return null;
  }

  private static Frame read(boolean text, byte[] whole) {
    List<Message<byte[]>> read = new StompDecoder().decode(ByteBuffer.wrap(whole));
    if (read.size() != 1) {
      throw new AssertionError(
          read.size() + " STOMP frames in one WebSocket message: " + new String(whole));
    }
    Message<byte[]> message = read.getFirst();
    StompHeaderAccessor headers = StompHeaderAccessor.wrap(message);
    return new Frame(text, headers.getCommand().name(), headers, message.getPayload());
  }

  @Override
  public void onOpen(WebSocket webSocket) {
    socket = webSocket;
    webSocket.request(1);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closeReason.complete(reason);
    closed.complete(statusCode);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.completeExceptionally(error);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
