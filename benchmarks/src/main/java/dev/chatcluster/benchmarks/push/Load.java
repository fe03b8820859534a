package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.machine.Machine;
import dev.chatcluster.benchmarks.machine.ProcessStats;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Messages at an even rate, each stamped with the time at which it was due, sent or not. */
final class Load {
  private final Options options;
  private final Publisher publisher;
  private final Subscribers subscribers;
  private final int[] numbers;

  Load(Options options, Publisher publisher, Subscribers subscribers) {
    this.options = options;
    this.publisher = publisher;
    this.subscribers = subscribers;
    numbers = new int[options.rooms()];
  }

  /**
   * Warms up and measures.
   *
   * @param deliveriesPerSecond asked for; a message is a delivery to each of its room's subscribers
   * @param pid of the server; 0 measures neither processor time nor memory
   */
  Measurement run(int deliveriesPerSecond, long pid) throws InterruptedException {
    double messagesPerSecond = (double) deliveriesPerSecond / options.subscribers();
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(options.warmUpSeconds() + options.seconds());
    Thread writer =
        Thread.ofPlatform().name("publisher").start(() -> publish(messagesPerSecond, begin, end));
    long disorderBefore = subscribers.disorder();
    TimeUnit.SECONDS.sleep(options.warmUpSeconds());
    subscribers.interval();
    long receivedBefore = subscribers.received();
    long cpuBefore = pid == 0 ? 0 : ProcessStats.cpu(pid).toNanos();
    long[] machineBefore = Machine.busyAndTotal();
    long from = System.nanoTime();
    TimeUnit.SECONDS.sleep(options.seconds());
    long nanos = System.nanoTime() - from;
    Histogram latencies = subscribers.interval();
    long received = subscribers.received() - receivedBefore;
    long cpu = pid == 0 ? 0 : ProcessStats.cpu(pid).toNanos() - cpuBefore;
    long[] machine = Machine.busyAndTotal();
    long resident = pid == 0 ? 0 : ProcessStats.residentBytes(pid);
    writer.join();
    awaitQuiet();
    return new Measurement(
        deliveriesPerSecond,
        received * 1e9 / nanos,
        latencies,
        received == 0 ? 0 : (double) cpu / received,
        resident,
        (double) (machine[0] - machineBefore[0]) / (machine[1] - machineBefore[1]),
        subscribers.disorder() - disorderBefore,
        subscribers.closed());
  }

  private void publish(double perSecond, long begin, long end) {
    for (long i = 0; ; i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      if (due >= end) return;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime())
        LockSupport.parkNanos(wait);
      int room = (int) (i % options.rooms());
      publisher.publish(room, Body.of(due, numbers[room]++, options.bodyBytes()));
    }
  }

  /** Waits until nothing comes any more, so that one rate's backlog is not the next one's. */
  private void awaitQuiet() throws InterruptedException {
    for (long before = -1, now = subscribers.received(); now != before; ) {
      before = now;
      TimeUnit.MILLISECONDS.sleep(500);
      now = subscribers.received();
    }
  }
}
