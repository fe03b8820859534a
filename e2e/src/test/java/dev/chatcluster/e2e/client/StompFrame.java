package dev.chatcluster.e2e.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One frame of STOMP 1.2.
 *
 * @param headers unescaped; of repeated ones the first
 */
public record StompFrame(String command, Map<String, String> headers, byte[] body) {
  private static final byte[] NO_BODY = {};

  /**
   * A frame without a body.
   *
   * @param namesAndValues header names and values in turn
   */
  public static StompFrame of(String command, String... namesAndValues) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2)
      headers.put(namesAndValues[i], namesAndValues[i + 1]);
    return new StompFrame(command, headers, NO_BODY);
  }

  /** The frame with one header more. */
  public StompFrame with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new StompFrame(command, more, body);
  }

  /** The frame with a body. */
  public StompFrame with(byte[] newBody) {
    return new StompFrame(command, headers, newBody)
        .with("content-length", String.valueOf(newBody.length));
  }

  public String header(String name) {
    return headers.get(name);
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The frame as it goes over the wire, its NUL included. */
  public byte[] encode() {
    StringBuilder head = new StringBuilder(command).append('\n');
    headers.forEach(
        (name, value) -> head.append(escape(name)).append(':').append(escape(value)).append('\n'));
    head.append('\n');
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + body.length + 1);
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    bytes.write(0);
    return bytes.toByteArray();
  }

  /** CONNECT is the one frame of STOMP 1.2 that escapes nothing. */
  private String escape(String text) {
    if (command.equals("CONNECT")) return text;
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace(":", "\\c");
  }
}
