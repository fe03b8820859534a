package dev.chatcluster.consumer.websocket;

import dev.chatcluster.test.Patience;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client down to the bytes: it reads only when told to, and sends what no library would. */
final class RawClient implements AutoCloseable {
  /**
   * A WebSocket frame of the server.
   *
   * @param opcode 1 text, 2 binary, 8 close, 9 ping, 10 pong
   */
  record Frame(int opcode, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    int status() {
      return ByteBuffer.wrap(payload).getShort() & 0xffff;
    }
  }

  final Socket socket = new Socket();
  private final DataInputStream in;

  /** Connects, and asks for small buffers where a test wants to be slow. */
  RawClient(int port, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setSoTimeout((int) Patience.LONG.toMillis());
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 8192));
  }

  static RawClient connected(int port, int receiveBuffer) throws IOException {
    RawClient client = new RawClient(port, receiveBuffer);
    client.upgrade();
    client.text("CONNECT\naccept-version:1.2\nheart-beat:0,1\n\n\0");
    client.read();
    return client;
  }

  void upgrade() throws IOException {
    write(
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    String head = head();
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new AssertionError(head);
    }
  }

  void write(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads an HTTP response's head. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  void text(String payload) throws IOException {
    frame(0x81, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a frame masked with zeros. */
  void frame(int firstByte, byte[] payload) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
    out.put((byte) firstByte);
    if (payload.length <= 125) {
      out.put((byte) (0x80 | payload.length));
    } else if (payload.length <= 0xffff) {
      out.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      out.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    out.putInt(0).put(payload);
    socket.getOutputStream().write(out.array(), 0, out.position());
  }

  /** The next frame; null at the end of the stream. */
  Frame read() throws IOException {
    try {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
      byte[] payload = new byte[Math.toIntExact(size)];
      in.readFully(payload);
      return new Frame(first & 0xf, payload);
    } catch (EOFException e) {
      return null;
    }
  }

  /** Reads on to the close frame. */
  Frame readToClose() throws IOException {
    Frame frame = read();
    while (frame != null && frame.opcode() != 8) {
      frame = read();
    }
    return frame;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
