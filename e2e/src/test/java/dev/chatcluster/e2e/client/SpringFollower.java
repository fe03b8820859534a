package dev.chatcluster.e2e.client;

import java.lang.reflect.Type;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompFrameHandler;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;

/** A follower on Spring's {@code WebSocketStompClient}, as an application would write it. */
public final class SpringFollower extends StompSessionHandlerAdapter
    implements Follower, StompFrameHandler {
  private final String room;
  private final Supplier<URI> pods;
  private final ScheduledExecutorService timer;
  private final Reception reception;
  private final WebSocketStompClient client;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private volatile StompSession session;
  private volatile boolean stopped;

  /**
   * @param scheduler for receipts; shared between followers
   */
  public SpringFollower(
      String name,
      String room,
      Supplier<URI> pods,
      ScheduledExecutorService timer,
      org.springframework.scheduling.TaskScheduler scheduler) {
    this.room = room;
    this.pods = pods;
    this.timer = timer;
    reception = new Reception(name + " of room " + room);
    client = new WebSocketStompClient(new StandardWebSocketClient());
    client.setTaskScheduler(scheduler);
    client.setDefaultHeartbeat(new long[] {0, 0});
    client.setInboundMessageSizeLimit(4 << 20);
  }

  @Override
  public CompletableFuture<Void> start(URI pod) {
    connect(pod);
    return started;
  }

  private void connect(URI pod) {
    if (stopped) return;
    client
        .connectAsync(pod.toString(), this)
        .whenComplete(
            (connected, failure) -> {
              if (failure != null) later();
            });
  }

  @Override
  public void afterConnected(StompSession connected, StompHeaders ignored) {
    session = connected;
    connected.setAutoReceipt(true);
    StompHeaders headers = new StompHeaders();
    headers.setDestination("/topic/" + room);
    String from = reception.lastId();
    if (from != null) headers.set("resume-from", from);
    var subscription = connected.subscribe(headers, this);
    subscription.addReceiptTask(
        receipt -> {
          if (from != null && !"true".equals(receipt.getFirst("recovered")))
            reception.complain("not recovered: " + receipt);
          reception.startedAt(receipt.getFirst("position"));
          started.complete(null);
        });
    subscription.addReceiptLostTask(() -> reception.complain("no receipt of the subscription"));
  }

  @Override
  public Type getPayloadType(StompHeaders headers) {
    return byte[].class;
  }

  @Override
  public void handleFrame(StompHeaders headers, Object payload) {
    if (headers.getSubscription() == null) {
      reception.complain("ERROR: " + headers.getFirst("message"));
      return;
    }
    reception.add(headers.getMessageId(), headers.getFirst("prev"), (byte[]) payload);
  }

  @Override
  public void handleException(
      StompSession failed,
      StompCommand command,
      StompHeaders headers,
      byte[] payload,
      Throwable exception) {
    reception.complain("Spring's client: " + exception);
  }

  @Override
  public void handleTransportError(StompSession failed, Throwable exception) {
    boolean was = session != null && failed == session;
    if (was) session = null;
    if (stopped || !was) return;
    reception.reconnected();
    later();
  }

  private void later() {
    try {
      timer.schedule(() -> connect(pods.get()), 200, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      stopped = true;
    }
  }

  @Override
  public Reception reception() {
    return reception;
  }

  @Override
  public void close() {
    stopped = true;
    StompSession last = session;
    if (last != null && last.isConnected()) last.disconnect();
  }
}
