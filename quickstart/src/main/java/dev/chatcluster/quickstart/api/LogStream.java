package dev.chatcluster.quickstart.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A pod's log as chunks of HTTP; with follow, what is added to it until the client leaves. */
final class LogStream {
  private static final int CHUNK = 64 * 1024;
  private static final long LOOK_EVERY_MILLIS = 300;

  private final Channel channel;
  private final Path file;
  private final boolean follow;
  private long position;

  private LogStream(Channel channel, Answer.Log log) {
    this.channel = channel;
    this.file = log.file();
    this.follow = log.follow();
  }

  static void start(ChannelHandlerContext context, Answer.Log log) throws IOException {
    LogStream stream = new LogStream(context.channel(), log);
    stream.position = log.tailLines() < 0 ? 0 : startOfTail(log.file(), log.tailLines());
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain");
    head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    context.writeAndFlush(head);
    stream.send();
  }

  private void send() {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      // A file that became shorter belongs to a new container.
      position = in.length() < position ? 0 : position;
      in.seek(position);
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
        channel.write(new DefaultHttpContent(Unpooled.copiedBuffer(chunk, 0, n)));
        position += n;
      }
      channel.flush();
    } catch (IOException e) {
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      return;
    }
    if (!follow) {
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    } else if (channel.isActive()) {
      channel.eventLoop().schedule(this::send, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static long startOfTail(Path file, long lines) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long position = in.length();
      long wanted = lines + 1;
      while (position > 0) {
        in.seek(position - 1);
        if (in.read() == '\n' && --wanted == 0) {
          return position;
        }
        position--;
      }
      return 0;
    }
  }
}
