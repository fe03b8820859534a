package dev.chatcluster.quickstart;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** As little STOMP as it takes to see a room's messages. */
final class StompProbe implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;

  private StompProbe() {}

  static StompProbe connect(int port, String room) throws InterruptedException {
    StompProbe probe = new StompProbe();
    probe.open(port, room);
    return probe;
  }

  private void open(int port, String room) throws InterruptedException {
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            partial.append(text);
            if (last) {
              frames.add(partial.toString());
              partial.setLength(0);
            }
            from.request(1);
            return null;
          }
        };
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), listener)
            .join();
    send("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0");
    await("CONNECTED");
    send("SUBSCRIBE\nid:0\ndestination:/topic/" + room + "\nreceipt:here\n\n\0");
    await("RECEIPT");
  }

  private void send(String frame) {
    socket.sendText(frame, true).join();
  }

  /** The body of the next MESSAGE. */
  String nextBody() throws InterruptedException {
    String frame = await("MESSAGE");
    return frame.substring(frame.indexOf("\n\n") + 2, frame.lastIndexOf('\0'));
  }

  private String await(String command) throws InterruptedException {
    while (true) {
      String frame = frames.poll(30, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no " + command + " within 30 s");
      }
      if (frame.startsWith(command)) {
        return frame;
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
  }
}
