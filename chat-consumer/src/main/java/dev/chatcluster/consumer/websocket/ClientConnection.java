package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.fanout.Outlet;
import dev.chatcluster.consumer.session.Session;
import dev.chatcluster.consumer.websocket.frame.CloseCode;
import dev.chatcluster.consumer.websocket.frame.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket and its session: frames in, liveness, bounds, and how it closes. */
final class ClientConnection extends SimpleChannelInboundHandler<WebSocketFrame>
    implements Session.Connection, Loop.Guest {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
  private static final String RESTARTS =
      "this server restarts; reconnect to another and resume there";

  private final ServerContext server;
  private final ClientServerConfig.Timing timing;
  private final Loop loop;
  private ChannelHandlerContext context;
  private Outlet outlet;
  private Session session;
  private boolean wide;
  private boolean reading = true;
  private boolean closing;
  private boolean failing;
  private long openedAt;
  private long closingSince;
  private long lastHeard;
  private long lastData;
  private long lastPing;

  ClientConnection(ServerContext server, Loop loop) {
    this.server = server;
    this.timing = server.config().timing();
    this.loop = loop;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    openedAt = loop.fanout().now();
    lastHeard = openedAt;
    lastData = openedAt;
    lastPing = openedAt;
    outlet =
        new Outlet(added, loop.fanout(), server.config().slowClientBytes(), () -> slow("bytes"));
    session =
        new Session(
            this,
            loop.fanout(),
            server.rooms(),
            server.sends(),
            server.limits(),
            server.sessionMeters());
    loop.add(this);
    server.connectionMeters().opened();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.remove(this);
    outlet.close();
    session.gone();
    server.connectionMeters().gone();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    outlet.writabilityChanged();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    lastHeard = loop.fanout().now();
    switch (frame) {
      case PingWebSocketFrame ping ->
          outlet.write(WebSocketFrames.pong(ctx.alloc(), ping.content()));
      case PongWebSocketFrame pong -> {}
      case CloseWebSocketFrame close -> closedByClient(close);
      default -> {
        if (!closing && !failing) {
          lastData = lastHeard;
          session.received(frame.content().retain());
          widen(frame);
        }
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    switch (cause) {
      case IOException gone -> ctx.close();
      case CorruptedWebSocketFrameException bad
          when bad.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG) ->
          session.refuse(tooBig(), false);
      case CorruptedWebSocketFrameException bad ->
          session.close(CloseCode.NOT_WEBSOCKET, "not a WebSocket frame: " + bad.getMessage());
      default -> fail(cause);
    }
  }

  /**
   * In a task of its own: a flush in the middle of a delivery may fail, whose audience must not
   * change meanwhile. Until then nothing more is taken of a client of which something may be lost.
   */
  private void fail(Throwable cause) {
    failing = true;
    loop.fanout().execute(() -> session.failed(cause));
  }

  private String tooBig() {
    return wide
        ? "a WebSocket frame is larger than "
            + server.webSocketFrameBytes()
            + " bytes; the body of a SEND is limited to "
            + server.config().messageBytes()
            + " bytes: send a smaller message"
        : "a WebSocket frame before CONNECTED is larger than "
            + server.firstFrameBytes()
            + " bytes; send CONNECT in a WebSocket message of its own";
  }

  /** Takes frames of full size from CONNECT on, once no fragment is still to come. */
  private void widen(WebSocketFrame last) {
    if (!wide && !closing && last.isFinalFragment() && !session.connecting()) {
      wide = true;
      context
          .pipeline()
          .replace(
              WebSocket13FrameDecoder.class,
              null,
              server.frameDecoder(server.webSocketFrameBytes()));
    }
  }

  @Override
  public Outlet outlet() {
    return outlet;
  }

  @Override
  public void reading(boolean on) {
    if (reading != on && !closing) {
      reading = on;
      context.channel().config().setAutoRead(on);
    }
  }

  @Override
  public void close(CloseCode code, String reason) {
    server.connectionMeters().closed(code);
    ByteBuf frame;
    try {
      frame = WebSocketFrames.close(context.alloc(), code.status(), reason);
    } catch (Throwable e) {
      LOG.warn("No memory for a close frame; a connection is cut off", e);
      cut();
      return;
    }
    finish(frame);
  }

  @Override
  public void leave() {
    session.leave(CloseCode.RESTARTING, RESTARTS);
  }

  @Override
  public void leaveNow() {
    session.close(CloseCode.RESTARTING, RESTARTS);
  }

  @Override
  public void cut() {
    context.close();
  }

  @Override
  public void tick() {
    long now = loop.fanout().now();
    if (closing) {
      if (now - closingSince > timing.linger().toNanos()) {
        context.close();
      }
      return;
    }
    if (!reading) {
      lastHeard = now;
      lastData = now;
    }
    if (session.connecting() && now - openedAt > timing.connect().toNanos()) {
      session.refuse(
          "no complete CONNECT within "
              + timing.connect().toMillis()
              + " ms; send it, with the NUL at its end, as soon as the WebSocket is open",
          true);
    } else if (session.insideFrame() && now - lastData > timing.connect().toNanos()) {
      session.refuse(
          "a frame has begun and its end has not come for "
              + timing.connect().toMillis()
              + " ms; every frame ends with a NUL, and content-length counts bytes",
          false);
    } else if (outlet.waited() > timing.slowClientAge().toNanos()) {
      slow("age");
    } else if (now - lastHeard > timing.silence().toNanos()) {
      session.close(CloseCode.SILENT, "no answer to a ping; reconnect and resume");
    } else {
      session.tick();
      stayAlive(now);
    }
  }

  private void stayAlive(long now) {
    if (now - lastHeard > timing.ping().toNanos() && now - lastPing > timing.ping().toNanos()) {
      lastPing = now;
      outlet.write(WebSocketFrames.ping());
    }
    long interval = session.heartBeatNanos();
    // A tick early, since the next comes only after it.
    if (interval > 0 && now - outlet.lastFlush() > interval - server.tickNanos()) {
      outlet.write(WebSocketFrames.heartBeat());
    }
  }

  private void slow(String bound) {
    session.close(
        CloseCode.SLOW,
        bound.equals("age")
            ? "what is queued for this client waits too long; reconnect and resume"
            : "too much is queued for this client; read faster, or reconnect and resume");
  }

  private void closedByClient(CloseWebSocketFrame close) {
    if (!closing) {
      session.gone();
      ByteBuf echo = close.content().readableBytes() >= 2 ? close.content() : null;
      int status =
          echo == null ? CloseCode.NORMAL.status() : echo.getUnsignedShort(echo.readerIndex());
      finish(WebSocketFrames.close(context.alloc(), status, ""));
    }
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> context.close());
  }

  /**
   * Says goodbye and waits for the client to go: closing at once, with bytes of the client unread,
   * would reset the connection, and the client would lose what it is told.
   */
  private void finish(ByteBuf closeFrame) {
    outlet.close(closeFrame);
    reading(true);
    closing = true;
    closingSince = loop.fanout().now();
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            flushed -> {
              if (flushed.isSuccess() && context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              } else {
                context.close();
              }
            });
  }
}
