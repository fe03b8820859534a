package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.fanout.MessageFrame;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.send.Outgoing;
import dev.chatcluster.consumer.stomp.ClientFrame;
import dev.chatcluster.consumer.stomp.Printable;
import dev.chatcluster.consumer.stomp.StompException;
import dev.chatcluster.consumer.stomp.StompHeaders;
import dev.chatcluster.roomlog.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a SEND asks to be written: the rules of its headers. */
final class SendFrame {
  private static final int LONGEST_KEY = 200;
  private static final Set<String> NOT_CARRIED =
      Set.of("transaction", "receipt", "idempotency-key", "after-ack");

  private SendFrame() {}

  /**
   * Reads a SEND.
   *
   * @throws StompException when its destination or a header cannot be
   */
  static Outgoing outgoing(ClientFrame frame) {
    String room = Destination.sent(frame.required("destination"));
    String key = frame.header("idempotency-key");
    if (key != null
        && (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY)) {
      throw new StompException(
          "idempotency-key of a SEND has to have 1 to "
              + LONGEST_KEY
              + " bytes; use for example a UUID");
    }
    List<MessageHeader> carried = new ArrayList<>(frame.headers().all().size());
    for (StompHeaders.Header header : frame.headers().all()) {
      String name = header.name();
      if (name.regionMatches(
          true, 0, Names.RESERVED_HEADER_PREFIX, 0, Names.RESERVED_HEADER_PREFIX.length())) {
        throw new StompException(
            "the header \""
                + Printable.of(name)
                + "\" of a SEND: names that begin with "
                + Names.RESERVED_HEADER_PREFIX
                + " are reserved; use another name");
      }
      if (!NOT_CARRIED.contains(name) && !MessageFrame.OWN_HEADERS.contains(name)) {
        carried.add(new MessageHeader(name, header.value()));
      }
    }
    return new Outgoing(room, frame.body(), List.copyOf(carried), key, frame.header("after-ack"));
  }
}
