package dev.chatcluster.consumer.stomp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Writes frames of the server: {@link #command}, any {@link #header}s, then {@link #end} or {@link
 * #body}.
 */
public final class StompEncoder {
  private static final byte[] CONTENT_LENGTH =
      "content-length:".getBytes(StandardCharsets.US_ASCII);

  private StompEncoder() {}

  /** Begins a frame. */
  public static void command(ByteBuf out, String command) {
    ByteBufUtil.writeAscii(out, command);
    out.writeByte('\n');
  }

  /**
   * Writes a header, escaped as {@code version} wants it.
   *
   * @return false, with nothing written, when the version has no way to write it (a line break in
   *     1.0, a carriage return in 1.1, a NUL in any)
   */
  public static boolean header(ByteBuf out, StompVersion version, String name, String value) {
    if (!Escapes.canCarry(name, version, true) || !Escapes.canCarry(value, version, false)) {
      return false;
    }
    plainHeader(out, Escapes.escape(name, version), Escapes.escape(value, version));
    return true;
  }

  /** Writes a header as it is: for CONNECTED, and where nothing can need an escape. */
  public static void plainHeader(ByteBuf out, String name, String value) {
    ByteBufUtil.writeUtf8(out, name);
    out.writeByte(':');
    ByteBufUtil.writeUtf8(out, value);
    out.writeByte('\n');
  }

  /** Ends a frame that has no body. */
  public static void end(ByteBuf out) {
    out.writeByte('\n').writeByte(0);
  }

  /** Writes {@code content-length} and the body, and ends the frame. */
  public static void body(ByteBuf out, byte[] body) {
    out.writeBytes(CONTENT_LENGTH);
    ByteBufUtil.writeAscii(out, Integer.toString(body.length));
    out.writeByte('\n').writeByte('\n').writeBytes(body).writeByte(0);
  }
}
