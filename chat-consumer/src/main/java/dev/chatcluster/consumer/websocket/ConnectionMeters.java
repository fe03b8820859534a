package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.session.SessionMeters;
import dev.chatcluster.consumer.websocket.frame.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the client port counts. */
final class ConnectionMeters {
  private final AtomicInteger open = new AtomicInteger();
  private final Map<CloseCode, Counter> closed = new EnumMap<>(CloseCode.class);

  ConnectionMeters(MeterRegistry registry) {
    Gauge.builder("chat.connections", open, AtomicInteger::get)
        .description("WebSocket connections open now")
        .register(registry);
    for (CloseCode code : CloseCode.values()) {
      closed.put(
          code,
          Counter.builder("chat.connections.closed")
              .description("WebSocket connections that the server closed, by reason")
              .tag("reason", code.label())
              .register(registry));
    }
  }

  static SessionMeters sessions(MeterRegistry registry) {
    AtomicInteger subscriptions = new AtomicInteger();
    Gauge.builder("chat.subscriptions", subscriptions, AtomicInteger::get)
        .description("Subscriptions open now")
        .register(registry);
    Counter errors =
        Counter.builder("chat.errors")
            .description("ERROR frames sent to clients")
            .register(registry);
    return new SessionMeters(subscriptions, errors);
  }

  static Counter deliveries(MeterRegistry registry) {
    return Counter.builder("chat.deliveries")
        .description("MESSAGE frames written to subscriptions")
        .register(registry);
  }

  void opened() {
    open.incrementAndGet();
  }

  void gone() {
    open.decrementAndGet();
  }

  void closed(CloseCode code) {
    closed.get(code).increment();
  }
}
