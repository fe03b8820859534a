package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * One connection: reads requests, writes answers, hands over to a stream where one is asked for.
 */
final class ApiConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = Logger.getLogger(ApiConnection.class.getName());
  private static final Pattern OUR_HOST = Pattern.compile("(127\\.0\\.0\\.1|localhost)(:\\d+)?");

  private final Api api;

  ApiConnection(Api api) {
    this.api = api;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest http) {
    ApiRequest request = read(http);
    try {
      refuseBrowsers(http.headers());
      switch (api.answer(request)) {
        case Answer.Document(int code, var body, List<String> warnings) ->
            document(context, http, code, Json.bytes(body), warnings);
        case Answer.Text(String text) ->
            send(
                context, http, 200, "text/plain", text.getBytes(StandardCharsets.UTF_8), List.of());
        case Answer.Changes changes -> ChangeStream.start(context, http, changes);
        case Answer.Log log -> LogStream.start(context, log);
      }
    } catch (Refused refused) {
      document(context, http, refused.code(), Json.bytes(refused.status()), List.of());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, request.method() + " " + request.path() + " failed", e);
      ObjectNode status =
          Json.object("v1", "Status")
              .put("status", "Failure")
              .put("message", "the quickstart's API failed; its log says why")
              .put("reason", "InternalError")
              .put("code", 500);
      document(context, http, 500, Json.bytes(status), List.of());
    }
  }

  private static ApiRequest read(FullHttpRequest http) {
    QueryStringDecoder uri = new QueryStringDecoder(http.uri());
    Map<String, String> parameters = new HashMap<>();
    uri.parameters().forEach((name, values) -> parameters.put(name, values.getLast()));
    return new ApiRequest(
        http.method().name(),
        uri.path(),
        parameters,
        http.headers().get(HttpHeaderNames.ACCEPT, ""),
        http.headers().get(HttpHeaderNames.CONTENT_TYPE, "application/json"),
        ByteBufUtil.getBytes(http.content()));
  }

  /**
   * There is no authentication, so that a web page in this machine's browser must have no way in.
   */
  private static void refuseBrowsers(HttpHeaders headers) {
    String host = headers.get(HttpHeaderNames.HOST, "127.0.0.1");
    // The operator's client names the API itself as the origin of its watches.
    String origin = headers.get(HttpHeaderNames.ORIGIN, "http://" + host);
    if (!origin.equals("http://" + host)
        || headers.contains("Sec-Fetch-Site")
        || !OUR_HOST.matcher(host).matches()) {
      throw Refused.forbidden("the quickstart's API is not for browsers; use kubectl");
    }
  }

  private static void document(
      ChannelHandlerContext context,
      FullHttpRequest http,
      int code,
      byte[] body,
      List<String> warnings) {
    send(context, http, code, "application/json", body, warnings);
  }

  private static void send(
      ChannelHandlerContext context,
      FullHttpRequest http,
      int code,
      String type,
      byte[] body,
      List<String> warnings) {
    ByteBuf content = Unpooled.wrappedBuffer(body);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code), content);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    for (String warning : warnings) {
      response
          .headers()
          .add("Warning", "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }
    boolean keep = HttpUtil.isKeepAlive(http);
    HttpUtil.setKeepAlive(response, keep);
    var written = context.writeAndFlush(response);
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(Level.FINE, "Connection closed", cause);
    context.close();
  }
}
