package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.client.StompClient;
import io.netty.buffer.ByteBuf;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A client of one room that knows its position, so that another can go on from there. */
final class Follower extends StompClient {
  private static final byte[] ID = "\nmessage-id:".getBytes(StandardCharsets.US_ASCII);

  private final int room;
  private final int bodyBytes;
  private final Heard heard;
  private final String resumeFrom;
  private final CompletableFuture<Subscribed> subscribed = new CompletableFuture<>();
  private final byte[] position = new byte[64];
  private int positionLength;
  private int last;
  private long disorder;
  private long askedAt;
  private volatile boolean endExpected;

  /**
   * The RECEIPT of a subscription.
   *
   * @param recovered what it says; empty where it says nothing
   * @param reason why it is not recovered; empty where it is
   * @param position to resume from
   * @param askedAt when SUBSCRIBE was sent, by {@link System#nanoTime()}
   */
  record Subscribed(String recovered, String reason, String position, long askedAt) {}

  private Follower(URI server, int room, int bodyBytes, Heard heard, String resumeFrom, int last) {
    super(server);
    this.room = room;
    this.bodyBytes = bodyBytes;
    this.heard = heard;
    this.resumeFrom = resumeFrom;
    this.last = last;
  }

  /** A client that wants what comes from now on. */
  static Follower live(URI server, int room, int bodyBytes, Heard heard) {
    return new Follower(server, room, bodyBytes, heard, null, -1);
  }

  /** A client that goes on where this one was, at another server. */
  Follower next(URI server, Heard heard) {
    return new Follower(server, room, bodyBytes, heard, position(), last);
  }

  /** A client that resumes from a position that was kept. */
  static Follower from(URI server, int room, int bodyBytes, String position, Heard heard) {
    return new Follower(server, room, bodyBytes, heard, position, -1);
  }

  /** Done with the RECEIPT. */
  CompletableFuture<Subscribed> subscribed() {
    return subscribed;
  }

  /** Of the last message. */
  String position() {
    return new String(position, 0, positionLength, StandardCharsets.US_ASCII);
  }

  /** Messages that did not follow their predecessor: lost, doubled or out of order. */
  long disorder() {
    return disorder;
  }

  /** From here on a lost connection is nothing to speak of. */
  void expectEnd() {
    endExpected = true;
  }

  @Override
  protected void connected() {
    askedAt = System.nanoTime();
    String from = resumeFrom == null ? "" : "resume-from:" + resumeFrom + "\n";
    send(
        "SUBSCRIBE\nid:sub-0\nreceipt:subscribed\ndestination:/topic/"
            + room
            + "\n"
            + from
            + "\n\0");
  }

  @Override
  protected void receipt(String frame) {
    subscribed.complete(
        new Subscribed(
            header(frame, "recovered"),
            header(frame, "reason"),
            header(frame, "position"),
            askedAt));
  }

  private static String header(String frame, String name) {
    return frame
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  @Override
  protected void message(ByteBuf data, int from, int nul) {
    int body = nul - bodyBytes;
    int number = Body.number(data, body);
    if (last >= 0 && number != last + 1) disorder++;
    last = number;
    keepPosition(data, from, body);
    heard.message(room, number, Body.nanos(data, body), System.nanoTime());
  }

  private void keepPosition(ByteBuf data, int from, int body) {
    for (int at = data.indexOf(from, body, (byte) '\n');
        at >= 0;
        at = data.indexOf(at + 1, body, (byte) '\n')) {
      if (!startsWith(data, at)) continue;
      int begin = at + ID.length;
      positionLength = data.indexOf(begin, body, (byte) '\n') - begin;
      data.getBytes(begin, position, 0, positionLength);
      return;
    }
  }

  private static boolean startsWith(ByteBuf data, int at) {
    for (int i = 0; i < ID.length; i++) if (data.getByte(at + i) != ID[i]) return false;
    return true;
  }

  @Override
  protected void lost(String reason) {
    if (!subscribed.completeExceptionally(new IllegalStateException(reason)) && !endExpected)
      System.err.println("A client of room " + room + " lost its connection: " + reason);
  }
}
