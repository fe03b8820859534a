package dev.chatcluster.consumer.router;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/**
 * What the live reading has seen of each partition, so that a router need not read it again: how
 * far it is read, and where the last stray lies. The reader's thread tells, any may look.
 *
 * <p>A record that was no stray when it was read is none in any later epoch either: what is in
 * place stays in place. So a router may count itself past all that was read without a stray, though
 * it was read before the router's epoch began; and of an epoch that came after, it cannot say
 * anything, since it was fenced first.
 */
public final class Seen {
  /**
   * What was read in one go.
   *
   * @param from offset of the first record that was read
   * @param to offset of the next record to be read
   */
  record Span(long from, long to) {
    static final Span NONE = new Span(Long.MAX_VALUE, -1);
  }

  private static final class OfPartition {
    volatile Span span = Span.NONE;
    volatile long lastStray = -1;
  }

  private final Map<Integer, OfPartition> partitions = new ConcurrentHashMap<>();
  private volatile IntConsumer whenStray = partition -> {};

  /** The next record to be read of {@code partition} is at {@code offset}, whatever was before. */
  public void began(int partition, long offset) {
    of(partition).span = new Span(offset, offset);
  }

  /** Everything from where it began up to {@code next} is read, and every stray there was told. */
  public void reached(int partition, long next) {
    OfPartition seen = of(partition);
    if (seen.span.to != next) seen.span = new Span(seen.span.from, next);
  }

  /**
   * A record does not belong where it lies, in the epochs known now. To be told before {@link
   * #reached} passes it.
   */
  public void stray(int partition, long offset) {
    OfPartition seen = of(partition);
    if (offset <= seen.lastStray) return;
    seen.lastStray = offset;
    whenStray.accept(partition);
  }

  void whenStray(IntConsumer woken) {
    whenStray = woken;
  }

  /** Ask for this first, and then for the last stray: what lies in the span has been told. */
  Span span(int partition) {
    return of(partition).span;
  }

  /** Offset of the last stray that was told; -1 without one. */
  public long lastStray(int partition) {
    return of(partition).lastStray;
  }

  private OfPartition of(int partition) {
    return partitions.computeIfAbsent(partition, p -> new OfPartition());
  }
}
