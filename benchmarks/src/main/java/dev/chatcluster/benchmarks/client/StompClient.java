package dev.chatcluster.benchmarks.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One STOMP connection over WebSocket, on its event loop. It finds the frames in the bytes;
 * everything else that costs time is left out. Frames hold no NUL but their last byte.
 */
public abstract class StompClient extends ChannelInboundHandlerAdapter {
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  private final URI server;
  private ChannelHandlerContext channel;
  private ByteBuf rest;
  private boolean upgraded;
  private volatile boolean closed;

  /**
   * @param server {@code ws://host:port/path}
   */
  protected StompClient(URI server) {
    this.server = server;
  }

  /** The server has accepted the client. */
  protected abstract void connected();

  /**
   * A MESSAGE.
   *
   * @param from where the frame begins
   * @param nul where it ends: the byte behind the body
   */
  protected abstract void message(ByteBuf data, int from, int nul);

  /** A RECEIPT, without its NUL. */
  protected abstract void receipt(String frame);

  /** The connection is lost; only the first reason is told. */
  protected abstract void lost(String reason);

  final URI server() {
    return server;
  }

  /** Whether the connection is lost. */
  public final boolean isClosed() {
    return closed;
  }

  /** Sends a STOMP frame; its NUL stands in the text. */
  public final void send(String frame) {
    write(TEXT, frame);
  }

  /** Ends the connection without a word. */
  public final void cut() {
    closed = true;
    channel.close();
  }

  @Override
  public final void channelActive(ChannelHandlerContext context) {
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
  public final void channelRead(ChannelHandlerContext context, Object message) {
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
    send("CONNECT\naccept-version:1.2\nhost:" + server.getHost() + "\nheart-beat:0,0\n\n\0");
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
      if (first == 'M') message(data, at, nul);
      else answer(data.toString(at, nul - at, StandardCharsets.UTF_8));
      at = nul + 1;
    }
  }

  private void answer(String frame) {
    if (frame.startsWith("CONNECTED")) connected();
    else if (frame.startsWith("RECEIPT")) receipt(frame);
    else fail(frame);
  }

  /** The mask is zero, which the protocol allows and costs nothing. */
  private void write(int opcode, String text) {
    byte[] payload = ascii(text);
    ByteBuf out = channel.alloc().buffer(payload.length + 14);
    out.writeByte(0x80 | opcode);
    if (payload.length < 126) out.writeByte(0x80 | payload.length);
    else out.writeByte(0x80 | 126).writeShort(payload.length);
    channel.writeAndFlush(out.writeInt(0).writeBytes(payload));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void fail(String reason) {
    if (!closed) {
      closed = true;
      lost(reason);
    }
    channel.close();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    if (rest != null) rest.release();
    rest = null;
    fail("closed by the server");
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause.toString());
  }
}
