package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.fanout.Outlet;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.stomp.StompEncoder;
import dev.chatcluster.consumer.stomp.StompVersion;
import dev.chatcluster.consumer.websocket.frame.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The server's frames other than MESSAGE. */
final class Answers {
  private static final String SERVER = "ChatCluster";
  private static final int ESTIMATE = 256;

  private final ByteBufAllocator allocator;
  private final Outlet outlet;

  Answers(ByteBufAllocator allocator, Outlet outlet) {
    this.allocator = allocator;
    this.outlet = outlet;
  }

  /**
   * Writes CONNECTED.
   *
   * @param heartBeat null in STOMP 1.0, which has none
   */
  void connected(StompVersion version, String session, String heartBeat) {
    ByteBuf out = begin("CONNECTED");
    StompEncoder.plainHeader(out, "version", version.text());
    StompEncoder.plainHeader(out, "session", session);
    StompEncoder.plainHeader(out, "server", SERVER);
    if (heartBeat != null) {
      StompEncoder.plainHeader(out, "heart-beat", heartBeat);
    }
    StompEncoder.end(out);
    outlet.write(WebSocketFrames.seal(out, true));
  }

  /** Writes RECEIPT, with further headers. */
  void receipt(StompVersion version, String receipt, List<MessageHeader> headers) {
    ByteBuf out = begin("RECEIPT");
    StompEncoder.header(out, version, "receipt-id", receipt);
    for (MessageHeader header : headers) {
      StompEncoder.header(out, version, header.name(), header.value());
    }
    StompEncoder.end(out);
    outlet.write(WebSocketFrames.seal(out, true));
  }

  /**
   * Writes ERROR.
   *
   * @param version null before CONNECT
   * @param receipt of the frame that caused it; null without
   * @param retry whether the same may succeed later
   */
  void error(StompVersion version, String sentence, boolean retry, String receipt) {
    // Before CONNECT nobody knows what the client would unescape: nothing that needs it goes out.
    StompVersion as = version == null ? StompVersion.V1_0 : version;
    ByteBuf out = begin("ERROR");
    if (version == null) {
      StompEncoder.plainHeader(out, "version", StompVersion.all());
    }
    StompEncoder.header(out, as, "message", sentence);
    StompEncoder.plainHeader(out, "retry", Boolean.toString(retry));
    if (receipt != null) {
      StompEncoder.header(out, as, "receipt-id", receipt);
    }
    StompEncoder.plainHeader(out, "content-type", "text/plain;charset=utf-8");
    StompEncoder.body(out, sentence.getBytes(StandardCharsets.UTF_8));
    outlet.write(WebSocketFrames.seal(out, true));
  }

  private ByteBuf begin(String command) {
    ByteBuf out = WebSocketFrames.open(allocator, ESTIMATE);
    StompEncoder.command(out, command);
    return out;
  }
}
