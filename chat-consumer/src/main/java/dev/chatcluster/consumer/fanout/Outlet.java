package dev.chatcluster.consumer.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;

/**
 * The way out to one client. All bytes for it pass here, so that they are flushed once a loop run,
 * and bounded. Used on its loop only.
 */
public final class Outlet {
  /** Unflushed bytes after which waiting for the end of the loop's run is no longer worth it. */
  private static final int FLUSH_AT = 256 * 1024;

  private final ChannelHandlerContext context;
  private final Channel channel;
  private final LoopFanout fanout;
  private final int most;
  private final Runnable overflow;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(1);
  private int unflushed;

  /**
   * Of the frames and kept messages since nothing was queued or kept last: a client that takes one
   * after the other is not slow, however large they are.
   */
  private long largest;

  /** Bytes of live messages that wait behind the histories of all its subscriptions. */
  private long kept;

  private boolean dirty;
  private boolean closed;

  /** Too much is queued: its client is about to be closed, and more would only fill memory. */
  private boolean overflown;

  private long lastFlush;
  private ChannelPromise marker;
  private long markedAt;

  /**
   * @param context the handler before which nothing changes outgoing bytes
   * @param most queued bytes that are tolerated, and kept ones; twice the largest of them is in any
   *     case
   * @param overflow run once, as a task of its own, when there are more
   */
  public Outlet(ChannelHandlerContext context, LoopFanout fanout, int most, Runnable overflow) {
    this.context = context;
    this.channel = context.channel();
    this.fanout = fanout;
    this.most = most;
    this.overflow = overflow;
    this.lastFlush = fanout.now();
  }

  /**
   * Queues a WebSocket frame; it goes out at the end of the loop's run at the latest.
   *
   * @param framed released here in any case
   */
  public void write(ByteBuf framed) {
    if (!takes()) {
      framed.release();
      return;
    }
    if (unflushed == 0 && kept == 0 && queued() == 0) largest = 0;
    unflushed += framed.readableBytes();
    largest = Math.max(largest, framed.readableBytes());
    context.write(framed, channel.voidPromise());
    if (unflushed >= FLUSH_AT) {
      flush();
    } else if (!dirty) {
      dirty = true;
      fanout.flushLater(this);
    }
  }

  /** Sends what is queued, and looks whether too much stays. */
  void flush() {
    dirty = false;
    if (closed || unflushed == 0) {
      return;
    }
    unflushed = 0;
    lastFlush = fanout.now();
    context.flush();
    bound(queued());
  }

  /** Counts a live message that a subscription has to keep for later. */
  void keep(long bytes) {
    kept += bytes;
    largest = Math.max(largest, bytes);
    bound(kept);
  }

  /** Takes back what was counted by {@link #keep}. */
  void letGo(long bytes) {
    kept -= bytes;
  }

  private void bound(long bytes) {
    if (bytes > Math.max(most, 2 * largest) && takes()) {
      overflown = true;
      fanout.execute(overflow);
    }
  }

  /** Whether what is written still goes out. */
  boolean takes() {
    return !closed && !overflown;
  }

  /** Bytes that the socket has not taken yet. */
  public long queued() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Whether more may be written without regard to the bound: the socket keeps up. */
  public boolean writable() {
    return channel.isWritable();
  }

  /** Runs {@code task} once, when the socket keeps up again. */
  public void whenWritable(Runnable task) {
    waiting.add(task);
  }

  /** To be called when the channel's writability has changed. */
  public void writabilityChanged() {
    for (int n = waiting.size(); n > 0 && !closed && writable(); n--) {
      waiting.poll().run();
    }
  }

  /** {@link LoopFanout#now()} of the last flush. */
  public long lastFlush() {
    return lastFlush;
  }

  /**
   * Looks how long the oldest queued byte has waited, at the least; to be called at every tick.
   *
   * @return nanoseconds; 0 when the socket has taken everything
   */
  public long waited() {
    if (marker != null) {
      return fanout.now() - markedAt;
    }
    if (!closed && queued() > 0) {
      // Nothing to send, but its promise says when all before it has gone.
      marker = context.newPromise();
      markedAt = fanout.now();
      marker.addListener(gone -> marker = null);
      context.writeAndFlush(Unpooled.EMPTY_BUFFER, marker);
    }
    return 0;
  }

  /** Closes the socket at once, for when not even a goodbye can be written. */
  void cut() {
    context.close();
  }

  /** As {@link #close()}, with a last frame behind what is queued; releases it in any case. */
  public void close(ByteBuf last) {
    if (closed) {
      last.release();
      return;
    }
    context.write(last, channel.voidPromise());
    close();
  }

  /** What is written from here on is dropped; what is queued still goes out. */
  public void close() {
    if (!closed) {
      unflushed = 0;
      closed = true;
      waiting.clear();
      context.flush();
    }
  }
}
