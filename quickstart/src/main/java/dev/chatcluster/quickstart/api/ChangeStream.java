package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A watch: one JSON object an event, as chunks of HTTP (kubectl) or WebSocket frames (fabric8). */
final class ChangeStream {
  private static final int LARGEST_BACKLOG = 16 * 1024 * 1024;

  private ChangeStream() {}

  /**
   * Answers with the stream.
   *
   * @throws Refused when the version to begin with is too old
   */
  static void start(ChannelHandlerContext context, FullHttpRequest http, Answer.Changes changes) {
    String upgrade = http.headers().get(HttpHeaderNames.UPGRADE, "");
    if (upgrade.equalsIgnoreCase(HttpHeaderValues.WEBSOCKET.toString())) {
      overWebSocket(context, http, changes);
    } else {
      overHttp(context, changes);
    }
  }

  private static void overHttp(ChannelHandlerContext context, Answer.Changes changes) {
    Channel channel = context.channel();
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    // A version that is too old is told in the stream, where clients expect it.
    context.writeAndFlush(head);
    follow(
        channel,
        changes,
        event ->
            channel.writeAndFlush(
                new DefaultHttpContent(
                    Unpooled.wrappedBuffer(Json.bytes(event), new byte[] {'\n'}))),
        () -> channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
  }

  private static void overWebSocket(
      ChannelHandlerContext context, FullHttpRequest http, Answer.Changes changes) {
    String host = http.headers().get(HttpHeaderNames.HOST);
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory("ws://" + host + http.uri(), null, false)
            .newHandshaker(http);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel());
      return;
    }
    Channel channel = context.channel();
    channel.pipeline().replace(ApiConnection.class, "watch", new Incoming());
    handshaker
        .handshake(channel, http)
        .addListener(
            done -> {
              if (done.isSuccess()) {
                follow(
                    channel,
                    changes,
                    event ->
                        channel.writeAndFlush(
                            new TextWebSocketFrame(Unpooled.wrappedBuffer(Json.bytes(event)))),
                    () -> channel.writeAndFlush(new CloseWebSocketFrame(1000, "")));
              }
            });
  }

  private static void follow(
      Channel channel, Answer.Changes changes, Consumer<ObjectNode> send, Runnable end) {
    ObjectStore.Watch watch;
    try {
      watch =
          changes
              .objects()
              .start(
                  event -> {
                    // A client that does not read must not cost our memory; it lists again.
                    if (channel.bytesBeforeWritable() > LARGEST_BACKLOG) {
                      channel.close();
                    } else {
                      send.accept(event);
                    }
                  });
    } catch (Refused expired) {
      ObjectNode error = Json.object().put("type", "ERROR");
      error.set("object", expired.status());
      send.accept(error);
      end.run();
      return;
    }
    channel.closeFuture().addListener(closed -> watch.close());
    if (changes.timeoutSeconds() > 0) {
      channel
          .eventLoop()
          .schedule(
              () -> {
                watch.close();
                end.run();
              },
              changes.timeoutSeconds(),
              TimeUnit.SECONDS);
    }
  }

  /** What a client sends on a watch: pings, and its good-bye. */
  private static final class Incoming extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      if (frame instanceof PingWebSocketFrame) {
        context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
      } else if (frame instanceof CloseWebSocketFrame) {
        context
            .writeAndFlush(ReferenceCountUtil.retain(frame))
            .addListener(sent -> context.close());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
