package dev.chatcluster.consumer.websocket;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The opening handshake of RFC 6455. */
final class Handshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final List<String> SUBPROTOCOLS = List.of("v12.stomp", "v11.stomp", "v10.stomp");

  /**
   * Why a request is no handshake.
   *
   * @param sentence what is wrong, what to do
   */
  record Refusal(HttpResponseStatus status, String sentence) {}

  private Handshake() {}

  /** What is wrong with the request; null when it can be answered. */
  static Refusal problem(HttpRequest request, Origins origins) {
    HttpHeaders headers = request.headers();
    if (!request.method().equals(HttpMethod.GET)
        || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      return new Refusal(
          HttpResponseStatus.BAD_REQUEST,
          "This is a WebSocket endpoint: connect to it with a STOMP client, by ws:// or wss://.");
    }
    if (!"13".equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return new Refusal(
          HttpResponseStatus.UPGRADE_REQUIRED,
          "Sec-WebSocket-Version is not 13; only that version is spoken here.");
    }
    if (!isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
      return new Refusal(
          HttpResponseStatus.BAD_REQUEST,
          "Sec-WebSocket-Key is not 16 bytes in Base64; use a WebSocket client.");
    }
    if (!origins.allows(headers.get(HttpHeaderNames.ORIGIN))) {
      return new Refusal(
          HttpResponseStatus.FORBIDDEN,
          "Pages of this Origin may not connect; the chat's operator can add it to the allowed"
              + " origins.");
    }
    return null;
  }

  /** The answer that makes a WebSocket of the connection. */
  static FullHttpResponse accept(HttpRequest request) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(
            HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
            acceptKey(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY)));
    String subprotocol = subprotocol(request.headers());
    if (subprotocol != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    return response;
  }

  private static String subprotocol(HttpHeaders headers) {
    for (String ours : SUBPROTOCOLS) {
      if (headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, ours, false)) {
        return ours;
      }
    }
    return null;
  }

  private static boolean isKey(String key) {
    try {
      return key != null && Base64.getDecoder().decode(key.strip()).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String acceptKey(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] digest = sha1.digest((key.strip() + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
  }
}
