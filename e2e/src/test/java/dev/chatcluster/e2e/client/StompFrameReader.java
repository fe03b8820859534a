package dev.chatcluster.e2e.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Cuts a stream of bytes into frames, wherever the pieces begin and end. */
final class StompFrameReader {
  private byte[] bytes = new byte[512];
  private int start;
  private int end;

  void add(ByteBuffer piece) {
    if (end + piece.remaining() > bytes.length) {
      int kept = end - start;
      byte[] larger =
          kept + piece.remaining() <= bytes.length
              ? bytes
              : new byte[Math.max(bytes.length * 2, kept + piece.remaining())];
      System.arraycopy(bytes, start, larger, 0, kept);
      bytes = larger;
      start = 0;
      end = kept;
    }
    int length = piece.remaining();
    piece.get(bytes, end, length);
    end += length;
  }

  /** The next frame that is complete; ends of line between frames are heart-beats and go unseen. */
  Optional<StompFrame> next() {
    while (start < end && (bytes[start] == '\n' || bytes[start] == '\r')) start++;
    int line = start;
    int stop = indexOf((byte) '\n', line);
    if (stop < 0) return Optional.empty();
    String command = line(line, stop);
    Map<String, String> headers = new HashMap<>();
    for (line = stop + 1; ; line = stop + 1) {
      stop = indexOf((byte) '\n', line);
      if (stop < 0) return Optional.empty();
      String header = line(line, stop);
      if (header.isEmpty()) break;
      int colon = header.indexOf(':');
      if (colon < 0) throw new IllegalStateException("A header without a colon: " + header);
      boolean escaped = !command.equals("CONNECTED");
      headers.putIfAbsent(
          unescape(header.substring(0, colon), escaped),
          unescape(header.substring(colon + 1), escaped));
    }
    int body = stop + 1;
    String length = headers.get("content-length");
    int nul = length == null ? indexOf((byte) 0, body) : body + Integer.parseInt(length);
    if (nul < 0 || nul >= end) return Optional.empty();
    if (bytes[nul] != 0) throw new IllegalStateException("No NUL where " + command + " must end.");
    start = nul + 1;
    return Optional.of(new StompFrame(command, headers, Arrays.copyOfRange(bytes, body, nul)));
  }

  private int indexOf(byte wanted, int from) {
    for (int i = from; i < end; i++) if (bytes[i] == wanted) return i;
    return -1;
  }

  private String line(int from, int newline) {
    int to = newline > from && bytes[newline - 1] == '\r' ? newline - 1 : newline;
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static String unescape(String text, boolean escaped) {
    if (!escaped || text.indexOf('\\') < 0) return text;
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      i++;
      plain.append(
          switch (i < text.length() ? text.charAt(i) : ' ') {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'c' -> ':';
            case '\\' -> '\\';
            default -> throw new IllegalStateException("Not an escape of STOMP: " + text);
          });
    }
    return plain.toString();
  }
}
