package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.send.Outgoing;
import dev.chatcluster.consumer.stomp.Printable;
import dev.chatcluster.consumer.stomp.StompException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A session's open transactions: SENDs held, within bounds, until COMMIT. */
final class Transactions {
  static final int MOST_OPEN = 16;
  static final int MOST_SENDS = 1000;

  /**
   * A SEND that waits.
   *
   * @param receipt null when none was asked for
   */
  record Held(Outgoing message, String receipt) {}

  private final Map<String, List<Held>> open = new HashMap<>();
  private final long mostBytes;
  private int sends;
  private long bytes;

  Transactions(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  void begin(String id) {
    if (open.containsKey(id)) {
      throw new StompException(
          "BEGIN of the transaction \""
              + Printable.of(id)
              + "\", which is open already; use another id, or COMMIT or ABORT it first");
    }
    if (open.size() == MOST_OPEN) {
      throw new StompException(
          "more than "
              + MOST_OPEN
              + " transactions open on one connection; COMMIT or ABORT some first");
    }
    open.put(id, new ArrayList<>());
  }

  void hold(String id, Held send) {
    List<Held> transaction = require(id, "SEND");
    sends++;
    bytes += weight(send);
    if (sends > MOST_SENDS || bytes > mostBytes) {
      throw new StompException(
          "the open transactions hold more than "
              + MOST_SENDS
              + " messages or "
              + mostBytes
              + " bytes; use smaller transactions");
    }
    transaction.add(send);
  }

  /** What COMMIT would send. */
  List<Held> of(String id) {
    return require(id, "COMMIT");
  }

  /** Ends a transaction. */
  void close(String id, String command) {
    List<Held> closed = require(id, command);
    open.remove(id);
    for (Held send : closed) {
      sends--;
      bytes -= weight(send);
    }
  }

  /** Refuses an id that no BEGIN has opened. */
  List<Held> require(String id, String command) {
    List<Held> transaction = open.get(id);
    if (transaction == null) {
      throw new StompException(
          command
              + " names the transaction \""
              + Printable.of(id)
              + "\", which is not open; send BEGIN first");
    }
    return transaction;
  }

  private static long weight(Held send) {
    long weight = send.message().body().length;
    for (MessageHeader header : send.message().headers()) {
      weight += header.name().length() + header.value().length();
    }
    return weight;
  }
}
