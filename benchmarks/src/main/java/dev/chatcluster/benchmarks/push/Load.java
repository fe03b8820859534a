package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.load.Pace;
import dev.chatcluster.benchmarks.machine.Machine;
import dev.chatcluster.benchmarks.machine.ProcessStats;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** Messages at an even rate, each stamped with the time at which it was due, sent or not. */
final class Load {
  private final Options options;
  private final Publisher publisher;
  private final Subscribers subscribers;
  private final List<Long> processes;
  private final int[] numbers;

  /**
   * @param processes that belong to the measurement, the server first; empty when it is not known
   */
  Load(Options options, Publisher publisher, Subscribers subscribers, List<Long> processes) {
    this.options = options;
    this.publisher = publisher;
    this.subscribers = subscribers;
    this.processes = processes;
    numbers = new int[options.rooms()];
  }

  /**
   * Warms up and measures.
   *
   * @param deliveriesPerSecond asked for; a message is a delivery to each of its room's subscribers
   */
  Measurement run(int deliveriesPerSecond) throws InterruptedException {
    double messagesPerSecond = (double) deliveriesPerSecond / options.subscribers();
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(options.warmUpSeconds() + options.seconds());
    Thread writer =
        Thread.ofPlatform().name("publisher").start(() -> publish(messagesPerSecond, begin, end));
    long disorderBefore = subscribers.disorder();
    TimeUnit.SECONDS.sleep(options.warmUpSeconds());
    subscribers.interval();
    long receivedBefore = subscribers.received();
    long[] cpuBefore = cpuNanos();
    long[] machineBefore = Machine.busyAndTotal();
    long from = System.nanoTime();
    TimeUnit.SECONDS.sleep(options.seconds());
    long nanos = System.nanoTime() - from;
    Histogram latencies = subscribers.interval();
    long received = subscribers.received() - receivedBefore;
    long[] cpu = cpuNanos();
    long[] machine = Machine.busyAndTotal();
    long resident = processes.isEmpty() ? 0 : ProcessStats.residentBytes(processes.getFirst());
    writer.join();
    awaitQuiet();
    long ours = LongStream.of(cpu).sum() - LongStream.of(cpuBefore).sum();
    double busy = (double) (machine[0] - machineBefore[0]) / (machine[1] - machineBefore[1]);
    double all = (double) nanos * Runtime.getRuntime().availableProcessors();
    return new Measurement(
        deliveriesPerSecond,
        received * 1e9 / nanos,
        latencies,
        received == 0 || cpu.length == 0 ? 0 : (double) (cpu[0] - cpuBefore[0]) / received,
        resident,
        busy,
        Math.max(0, busy - ours / all),
        subscribers.disorder() - disorderBefore,
        subscribers.closed());
  }

  private long[] cpuNanos() {
    return processes.stream().mapToLong(pid -> ProcessStats.cpu(pid).toNanos()).toArray();
  }

  private void publish(double perSecond, long begin, long end) {
    Pace.keep(
        perSecond,
        begin,
        end,
        (i, due) -> {
          int room = (int) (i % options.rooms());
          publisher.publish(room, Body.of(room, due, numbers[room]++, options.bodyBytes()));
        });
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
