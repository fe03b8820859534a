package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.stomp.Printable;
import dev.chatcluster.roomlog.room.RoomId;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A connection as it begins: HTTP, until it becomes a WebSocket. */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest>
    implements Loop.Guest {
  private static final Set<String> ENDPOINTS = Set.of("/ws", "/ws/websocket");
  private static final String ROOMS = "/rooms/";

  private final ServerContext server;
  private final Loop loop;
  private final Supplier<ClientConnection> becomes;
  private ChannelHandlerContext context;
  private long lastHeard;

  HttpConnection(ServerContext server, Loop loop, Supplier<ClientConnection> becomes) {
    this.server = server;
    this.loop = loop;
    this.becomes = becomes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    lastHeard = loop.fanout().now();
    loop.add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    loop.remove(this);
  }

  @Override
  public void tick() {
    if (loop.fanout().now() - lastHeard > server.config().timing().connect().toNanos()) {
      context.close();
    }
  }

  /** It is about to become a WebSocket, which is told, or else its time is short anyway. */
  @Override
  public void leave() {}

  @Override
  public void leaveNow() {}

  @Override
  public void cut() {
    context.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    lastHeard = loop.fanout().now();
    if (request.decoderResult().isFailure()) {
      say(request, HttpResponseStatus.BAD_REQUEST, "This request is not HTTP/1.1 within bounds.");
      return;
    }
    String uri = request.uri();
    int query = uri.indexOf('?');
    String whole = query < 0 ? uri : uri.substring(0, query);
    String path = server.path().inside(whole);
    if (ENDPOINTS.contains(path)) {
      upgrade(request);
    } else if (path.startsWith(ROOMS) && path.indexOf('/', ROOMS.length()) < 0) {
      room(request, path.substring(ROOMS.length()));
    } else {
      say(
          request,
          HttpResponseStatus.NOT_FOUND,
          "Nothing is served at \""
              + Printable.of(whole)
              + "\": connect a WebSocket to /ws, or ask GET /rooms/{room}.");
    }
  }

  /** Somebody asks on and on and reads no answer; also answers that Netty gives by itself count. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!ctx.channel().isWritable()) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Before there is a session nothing is lost by it, and anybody can cause it: no log line.
    ctx.close();
  }

  private void upgrade(FullHttpRequest request) {
    Handshake.Refusal refusal = Handshake.problem(request, server.origins());
    if (refusal != null) {
      say(request, refusal.status(), refusal.sentence());
      return;
    }
    ChannelPipeline pipeline = context.pipeline();
    context.writeAndFlush(Handshake.accept(request));
    pipeline.addLast(server.frameDecoder(server.firstFrameBytes()), becomes.get());
    pipeline.remove(this);
    pipeline.remove(HttpObjectAggregator.class);
    // The codec goes last: what it has read too much goes to the frames' decoder.
    pipeline.remove(HttpServerCodec.class);
  }

  private void room(FullHttpRequest request, String encoded) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      say(request, HttpResponseStatus.METHOD_NOT_ALLOWED, "Ask for a room with GET.");
      return;
    }
    String room;
    try {
      room = decoded(encoded);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      say(request, HttpResponseStatus.BAD_REQUEST, "The room is not percent-encoded UTF-8.");
      return;
    }
    Optional<String> problem = RoomId.problem(room);
    if (problem.isPresent()) {
      say(request, HttpResponseStatus.BAD_REQUEST, "The room " + problem.get() + ".");
      return;
    }
    byte[] json =
        RoomPlace.of(
                room,
                server.rooms().partitionOf(room),
                server.config().partitionUrl(),
                server.config().pod())
            .toJson();
    answer(request, HttpResponseStatus.OK, "application/json", json);
  }

  private static String decoded(String encoded) throws CharacterCodingException {
    // Byte by byte at first: as UTF-8 the decoder would put another room's character for bad bytes.
    String bytes = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
        .toString();
  }

  private void say(FullHttpRequest request, HttpResponseStatus status, String sentence) {
    byte[] body = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
    answer(request, status, "text/plain; charset=utf-8", body);
  }

  private void answer(
      FullHttpRequest request, HttpResponseStatus status, String type, byte[] body) {
    boolean head = request.method().equals(HttpMethod.HEAD);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin != null && server.origins().allows(origin)) {
      response
          .headers()
          .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, server.origins().answer(origin))
          .set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    }
    boolean keep = HttpUtil.isKeepAlive(request) && status.code() < 400;
    HttpUtil.setKeepAlive(response, keep);
    var written = context.writeAndFlush(response);
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
