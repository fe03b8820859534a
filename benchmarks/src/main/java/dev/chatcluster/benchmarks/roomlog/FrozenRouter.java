package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Stack;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.roomlog.Names;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * The pod of partition 2 is stopped while it has a transaction open that holds back the readers of
 * the other partitions, and stays stopped until those have gone on.
 */
final class FrozenRouter implements Scenario {
  private static final int FROZEN = 2;
  private static final int ROOMS = 30;
  private static final int BODY_BYTES = 128;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final Duration FROZEN_FOR = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 500;

  @Override
  public List<Figure> measure() throws Exception {
    Arrivals arrivals = new Arrivals();
    try (Stack stack = new Stack();
        Audience audience = new Audience()) {
      Topic topic = stack.topic();
      // Rooms below 100 get their messages in place, those above as strays from the frozen pod.
      List<Integer> inPlace = rooms(0);
      List<Integer> astray = rooms(100);
      audience.add(follow(stack, inPlace, arrivals));
      audience.add(follow(stack, astray, arrivals));
      Window frozen;
      RoomFeed own = new RoomFeed(topic, inPlace, 200, BODY_BYTES, room -> room % Stack.PARTITIONS);
      RoomFeed strays = new RoomFeed(topic, astray, 1_000, BODY_BYTES, room -> FROZEN);
      try (own;
          strays;
          Admin admin = topic.admin()) {
        TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
        long pid = stack.pid(FROZEN);
        frozen = freeze(admin, pid, topic);
        signal(pid, "CONT");
      }
      long missing = Audience.awaitCount(own.sent() + strays.sent(), arrivals::count);
      long disorder = audience.disorder();
      return List.of(
          audience.ask(
              () -> {
                double pause = arrivals.latencies(frozen, room -> room < 100).getMaxValue() / 1e6;
                return Figure.of(
                    "pod frozen inside a routing transaction: pause of its target rooms",
                    "≤ 3,000 ms",
                    pause <= 3_000 && missing == 0 && disorder == 0,
                    "%,.0f ms; lost %d, out of order %d",
                    pause,
                    missing,
                    disorder);
              }));
    }
  }

  /** Rooms of every partition but the frozen one. */
  private static List<Integer> rooms(int first) {
    return IntStream.range(first, first + ROOMS)
        .filter(room -> room % Stack.PARTITIONS != FROZEN)
        .boxed()
        .toList();
  }

  private static List<Follower> follow(Stack stack, List<Integer> rooms, Arrivals arrivals)
      throws Exception {
    var zero = stack.url(0);
    var one = stack.url(1);
    return rooms.stream()
        .map(
            room ->
                Follower.live(
                    room % Stack.PARTITIONS == 0 ? zero : one, room, BODY_BYTES, arrivals))
        .toList();
  }

  /** Stops the process again and again until it is inside a transaction, and waits. */
  private static Window freeze(Admin admin, long pid, Topic topic) throws Exception {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      signal(pid, "STOP");
      long at = System.nanoTime();
      if (hasOpenTransaction(admin, topic)) {
        TimeUnit.NANOSECONDS.sleep(FROZEN_FOR.toNanos());
        return new Window(at - TimeUnit.SECONDS.toNanos(1), System.nanoTime());
      }
      signal(pid, "CONT");
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(50, 150));
    }
    throw new IllegalStateException("The pod was never caught inside a transaction.");
  }

  /** Whether the frozen pod's router has one that will not end by itself. */
  private static boolean hasOpenTransaction(Admin admin, Topic topic)
      throws ExecutionException, InterruptedException {
    // What the process sent just before it was stopped may still end it.
    TimeUnit.MILLISECONDS.sleep(30);
    String prefix = Names.routerTransactionalId(topic.name(), "", FROZEN);
    String before = prefix.substring(0, prefix.indexOf('.' + "." + FROZEN));
    return admin
        .listTransactions(
            new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
        .all()
        .get()
        .stream()
        .map(TransactionListing::transactionalId)
        .anyMatch(id -> id.startsWith(before) && id.endsWith("." + FROZEN));
  }

  private static void signal(long pid, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
  }
}
