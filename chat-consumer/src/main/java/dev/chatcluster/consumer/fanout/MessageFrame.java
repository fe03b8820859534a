package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.stomp.StompEncoder;
import dev.chatcluster.consumer.websocket.frame.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Set;

/** An entry as a MESSAGE, framed for WebSocket. */
public final class MessageFrame {
  /** Headers of MESSAGE that are the server's; a sender's of that name are not passed on. */
  public static final Set<String> OWN_HEADERS =
      Set.of(
          "subscription",
          "destination",
          "message-id",
          "prev",
          "ack",
          "content-length",
          "recovered",
          "reason",
          "earliest",
          "position",
          "replayed",
          "older",
          "event");

  private static final byte[] NO_BODY = {};
  private static final int HEAD_ESTIMATE = 320;

  private MessageFrame() {}

  /**
   * Encodes.
   *
   * @param text whether the value is valid UTF-8: then a TEXT frame, else a BINARY one
   * @param first headers for this frame alone, before the others
   */
  static ByteBuf encode(
      ByteBufAllocator allocator,
      Entry entry,
      boolean text,
      Dress dress,
      List<MessageHeader> first) {
    ByteBuf out = WebSocketFrames.open(allocator, HEAD_ESTIMATE + entry.value().length);
    try {
      write(out, entry, dress, first);
    } catch (Throwable e) {
      out.release();
      throw e;
    }
    return WebSocketFrames.seal(out, text);
  }

  /**
   * Encodes that a subscription has had everything up to a position: a MESSAGE without a body, so
   * that stock clients hand it on.
   */
  static ByteBuf progress(
      ByteBufAllocator allocator,
      String room,
      String token,
      Dress dress,
      List<MessageHeader> first) {
    ByteBuf out = WebSocketFrames.open(allocator, HEAD_ESTIMATE);
    try {
      head(out, room, token, dress);
      StompEncoder.plainHeader(out, "event", "progress");
      headers(out, dress, first);
      StompEncoder.body(out, NO_BODY);
    } catch (Throwable e) {
      out.release();
      throw e;
    }
    return WebSocketFrames.seal(out, true);
  }

  private static void write(ByteBuf out, Entry entry, Dress dress, List<MessageHeader> first) {
    head(out, entry.room(), entry.token(), dress);
    String prev = entry.prevToken();
    if (prev != null) {
      StompEncoder.plainHeader(out, "prev", prev);
    }
    headers(out, dress, first);
    for (MessageHeader header : entry.headers()) {
      if (!header.name().isEmpty() && !OWN_HEADERS.contains(header.name())) {
        StompEncoder.header(out, dress.version(), header.name(), header.value());
      }
    }
    StompEncoder.body(out, entry.value());
  }

  private static void head(ByteBuf out, String room, String token, Dress dress) {
    StompEncoder.command(out, "MESSAGE");
    if (dress.subscription() != null) {
      StompEncoder.header(out, dress.version(), "subscription", dress.subscription());
    }
    StompEncoder.header(out, dress.version(), "destination", "/topic/" + room);
    StompEncoder.plainHeader(out, "message-id", token);
    if (dress.acknowledged()) {
      StompEncoder.plainHeader(out, "ack", token);
    }
  }

  private static void headers(ByteBuf out, Dress dress, List<MessageHeader> headers) {
    for (int i = 0; i < headers.size(); i++) {
      MessageHeader header = headers.get(i);
      StompEncoder.header(out, dress.version(), header.name(), header.value());
    }
  }
}
