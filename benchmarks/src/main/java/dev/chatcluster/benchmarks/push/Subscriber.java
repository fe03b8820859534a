package dev.chatcluster.benchmarks.push;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * One connection with one subscription. It reads WebSocket frames and finds in them what {@link
 * Body} put there; everything else that costs time is left out.
 */
final class Subscriber extends ChannelInboundHandlerAdapter {
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  private final URI server;
  private final String room;
  private final int bodyBytes;
  private final boolean receipts;
  private final SingleWriterRecorder latencies;
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private ChannelHandlerContext channel;
  private ByteBuf rest;
  private boolean upgraded;
  private int lastNumber = -1;
  private long received;
  private long disorder;
  private volatile boolean closed;

  /**
   * @param latencies of this connection's event loop, in nanoseconds
   */
  Subscriber(URI server, String room, Options options, SingleWriterRecorder latencies) {
    this.server = server;
    this.room = room;
    bodyBytes = options.bodyBytes();
    receipts = options.receipts();
    this.latencies = latencies;
  }

  /** Done when the server has confirmed the subscription, or been asked where it confirms none. */
  CompletableFuture<Void> subscribed() {
    return subscribed;
  }

  /** Messages so far; exact once the load has stopped. */
  long received() {
    return received;
  }

  /** Messages that did not follow their predecessor: lost, doubled or out of order. */
  long disorder() {
    return disorder;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context;
    String request =
        """
        GET %s HTTP/1.1\r
        Host: %s\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Protocol: v12.stomp\r
        Sec-WebSocket-Key: c3Vic2NyaWJlciBvZiAxNg==\r
        \r
        """
            .formatted(server.getRawPath(), server.getAuthority());
    context.writeAndFlush(context.alloc().buffer().writeBytes(ascii(request)));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    if (rest != null) {
      data = rest.writeBytes(data);
      ((ByteBuf) message).release();
      rest = null;
    }
    if (upgraded || upgrade(data)) while (frame(data)) continue;
    if (data.isReadable()) {
      rest = data == message ? context.alloc().buffer().writeBytes(data) : data.discardReadBytes();
      if (data != message) return;
    }
    data.release();
  }

  private boolean upgrade(ByteBuf data) {
    String head = data.toString(StandardCharsets.US_ASCII);
    int end = head.indexOf("\r\n\r\n");
    if (end < 0) return false;
    if (!head.startsWith("HTTP/1.1 101")) {
      fail(head.lines().findFirst().orElse(""));
      return false;
    }
    data.skipBytes(end + 4);
    upgraded = true;
    write(TEXT, "CONNECT\naccept-version:1.2\nhost:" + server.getHost() + "\nheart-beat:0,0\n\n\0");
    return true;
  }

  /** Reads one WebSocket frame; false when it is not complete yet. */
  private boolean frame(ByteBuf data) {
    int start = data.readerIndex();
    int readable = data.readableBytes();
    if (readable < 2) return false;
    int head = data.getUnsignedByte(start);
    long length = data.getUnsignedByte(start + 1);
    int at = start + 2;
    if (length == 126) {
      if (readable < 4) return false;
      length = data.getUnsignedShort(at);
      at += 2;
    } else if (length == 127) {
      if (readable < 10) return false;
      length = data.getLong(at);
      at += 8;
    }
    if (data.writerIndex() - at < length) return false;
    int end = at + (int) length;
    switch (head & 0xf) {
      case CLOSE ->
          fail("closed by the server: " + data.toString(at, (int) length, StandardCharsets.UTF_8));
      case PING -> write(PONG, data.toString(at, (int) length, StandardCharsets.US_ASCII));
      default -> stomp(data, at, end);
    }
    data.readerIndex(end);
    return true;
  }

  private void stomp(ByteBuf data, int from, int end) {
    int at = from;
    while (at < end) {
      byte first = data.getByte(at);
      if (first == '\n' || first == '\r') {
        at++;
        continue;
      }
      int nul = data.indexOf(at, end, (byte) 0);
      if (nul < 0) {
        fail("a STOMP frame over several WebSocket frames, which this benchmark does not read");
        return;
      }
      if (first == 'M') message(data, nul - bodyBytes);
      else answer(data.toString(at, nul - at, StandardCharsets.UTF_8));
      at = nul + 1;
    }
  }

  private void message(ByteBuf data, int body) {
    latencies.recordValue(Math.max(0, System.nanoTime() - Body.nanos(data, body)));
    int number = Body.number(data, body);
    if (lastNumber >= 0 && number != lastNumber + 1) disorder++;
    lastNumber = number;
    received++;
  }

  private void answer(String frame) {
    if (frame.startsWith("CONNECTED")) {
      String receipt = receipts ? "receipt:subscribed\n" : "";
      write(TEXT, "SUBSCRIBE\nid:sub-0\ndestination:/topic/" + room + "\n" + receipt + "\n\0");
      if (!receipts) subscribed.complete(null);
    } else if (frame.startsWith("RECEIPT")) subscribed.complete(null);
    else fail(frame);
  }

  /** Sends a frame; the mask is zero, which the protocol allows and costs nothing. */
  void write(int opcode, String text) {
    byte[] payload = ascii(text);
    ByteBuf out = channel.alloc().buffer(payload.length + 14);
    out.writeByte(0x80 | opcode);
    if (payload.length < 126) out.writeByte(0x80 | payload.length);
    else out.writeByte(0x80 | 126).writeShort(payload.length);
    channel.writeAndFlush(out.writeInt(0).writeBytes(payload));
  }

  /** Sends a message to the subscriber's room. */
  void send(byte[] body) {
    write(
        TEXT,
        "SEND\ndestination:/topic/%s\n\n%s\0"
            .formatted(room, new String(body, StandardCharsets.US_ASCII)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void fail(String reason) {
    closed = true;
    if (!subscribed.completeExceptionally(new IllegalStateException(reason)))
      System.err.println("A subscriber of room " + room + " lost its connection: " + reason);
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closed = true;
    subscribed.completeExceptionally(new IllegalStateException("closed by the server"));
    if (rest != null) rest.release();
    rest = null;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause.toString());
  }
}
