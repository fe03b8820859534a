package dev.chatcluster.roomlog.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.order.Definition.Entry;
import dev.chatcluster.roomlog.order.Pod.Had;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/**
 * Holds the reader that pods run against the definition of a room's log, in worlds in which
 * everybody writes, crashes, forges and comes late as the numbers of a list will have it.
 */
class OneOrderPropertyTest {
  /** What happens next, as often as it stands here. */
  private enum Step {
    PRODUCE,
    POLL_A,
    ROUTE,
    OPERATE,
    LEARN,
    SUBSCRIBE,
    POLL_B,
    TRANSACT,
    FORGE,
    CRASH,
    UNFOLLOW,
    TIME_OUT,
    WIDEN,
    OWN,
  }

  private static final Step[] STEPS = steps(6, 4, 5, 6, 2, 3, 4, 1, 1, 1, 1, 1, 1, 1);

  private static Step[] steps(int... times) {
    List<Step> steps = new ArrayList<>();
    for (Step step : Step.values()) {
      for (int i = 0; i < times[step.ordinal()]; i++) steps.add(step);
    }
    return steps.toArray(Step[]::new);
  }

  @Provide
  Arbitrary<int[]> tapes() {
    return Arbitraries.integers()
        .between(0, Integer.MAX_VALUE)
        .withDistribution(RandomDistribution.uniform())
        .array(int[].class)
        .ofMinSize(0)
        .ofMaxSize(400)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void everyReaderDeliversARunOfTheOneOrder(
      @ForAll @IntRange(min = 1, max = 4) int partitions,
      @ForAll Partitioning partitioning,
      @ForAll @IntRange(max = 8) int adopted,
      @ForAll("tapes") int[] tape) {
    try {
      run(partitions, partitioning, adopted, tape, null).forEach(Statistics::collect);
    } catch (AssertionError | RuntimeException failure) {
      List<String> story = new ArrayList<>();
      try {
        run(partitions, partitioning, adopted, tape, story);
      } catch (AssertionError | RuntimeException again) {
        throw new AssertionError(again + "\n\nWhat happened:\n" + String.join("\n", story), again);
      }
      throw failure;
    }
    Statistics.coverage(
        coverage -> {
          for (Witness each : Witness.values())
            coverage.check(each).count((n, all) -> all < 10_000 || n > 0);
        });
  }

  private static Set<Witness> run(
      int partitions, Partitioning partitioning, int adopted, int[] tape, List<String> story) {
    World world = new World(partitions, partitioning, story);
    int old = Math.min(adopted, tape.length);
    for (int i = 0; i < old; i++) world.produce(new Choices(tape[i]));
    world.publishFirst(partitions);
    List<Pod> pods = List.of(new Pod("a", world), new Pod("b", world));
    for (int i = old; i < tape.length; i++) {
      world.tick();
      step(world, pods, new Choices(tape[i]));
    }
    world.comeToRest();
    List<Pod> all = new ArrayList<>(pods);
    all.add(readsAll("fresh", world));
    for (Pod pod : all) if (pod.runs()) pod.comeToRest();
    new Check(world, all).all();
    return world.seen;
  }

  private static Pod readsAll(String name, World world) {
    Map<Integer, Long> beginnings = new TreeMap<>();
    for (int p = 0; p < world.width(); p++) beginnings.put(p, 0L);
    Pod pod = new Pod(name, world);
    pod.start(beginnings);
    for (String room : World.ROOMS) {
      pod.resume(room, new Position(0, world.definition().owner(0, room), -1));
    }
    return pod;
  }

  private static void step(World world, List<Pod> pods, Choices c) {
    Step step = STEPS[c.pick(STEPS.length)];
    Pod pod = pods.get(step == Step.POLL_B ? 1 : step == Step.POLL_A ? 0 : c.pick(2));
    switch (step) {
      case PRODUCE -> world.produce(c);
      case TRANSACT -> world.transact(c);
      case FORGE -> world.forge(c);
      case ROUTE -> world.route(c);
      case OPERATE -> world.operate(c);
      case TIME_OUT -> world.timeOut(c);
      case WIDEN -> world.widen();
      case OWN -> world.own(c);
      default -> {
        if (!pod.runs()) {
          pod.start(c);
          return;
        }
        switch (step) {
          case LEARN -> pod.learn(c);
          case SUBSCRIBE -> pod.subscribe(c);
          case CRASH -> pod.crash(c);
          case UNFOLLOW -> pod.unfollow(c);
          default -> pod.poll(c);
        }
      }
    }
  }

  /** All that is promised, once everything has come to rest. */
  private static final class Check {
    private final World world;
    private final List<Pod> pods;
    private final Definition definition;
    private final RoomLog log;
    private final Map<String, List<Entry>> logs = new HashMap<>();

    Check(World world, List<Pod> pods) {
      this.world = world;
      this.pods = pods;
      this.definition = world.definition();
      this.log = RoomLog.of(world.state().epochs());
      for (String room : World.ROOMS) logs.put(room, definition.log(room, world));
    }

    void all() {
      if (log.newest() > 3) world.seen.add(Witness.FOUR_EPOCHS);
      rulesAreTheDefinitions();
      everyMessageHasOnePlace();
      producersOrderIsKept();
      for (String room : World.ROOMS) chainOfSegmentsIsTheLog(room);
      for (Pod pod : pods) {
        for (Pod.Listener listener : pod.listeners) streamIsARun(listener);
        if (pod.runs()) pod.shown().forEach(this::everythingWasShownInItsPlace);
        for (Pod.Head head : pod.heads) headIsTheNearest(head);
      }
      whatWasDeliveredPrecedesWhatIsSentThen();
    }

    private void rulesAreTheDefinitions() {
      for (int p = 0; p < world.width(); p++) {
        for (long o = 0; o <= world.end(p); o++) {
          if (log.seg(p, o) != definition.seg(p, o) || log.route(p, o) != definition.route(p, o)) {
            throw new AssertionError("seg or route of " + p + ":" + o);
          }
          String room = World.ROOMS.get((int) o % World.ROOMS.size());
          if (log.home(room, p, o) != definition.home(room, p, o).orElse(RoomLog.STRAY)) {
            throw new AssertionError("home of " + p + ":" + o + " for room " + room);
          }
        }
      }
    }

    /** One place (I4), and a copy is in place at once (I3). */
    private void everyMessageHasOnePlace() {
      Set<Integer> placed = new HashSet<>();
      for (List<Entry> each : logs.values()) {
        for (Entry entry : each) {
          assertThat(placed.add(entry.message().id()))
              .as("message %s has one place", entry)
              .isTrue();
        }
      }
      for (int p = 0; p < world.width(); p++) {
        long adopted =
            p < world.state().epochs().get(0).routed().size()
                ? world.state().epochs().get(0).routed().get(p)
                : 0;
        for (long o = 0; o < world.end(p); o++) {
          if (!(world.committed(p, o) instanceof World.Message message)) continue;
          boolean stray = definition.home(message.room(), p, o).isEmpty();
          if (stray && o < adopted) {
            world.seen.add(Witness.OLD_STRAY_ADOPTED);
            continue;
          }
          if (!placed.contains(message.id())) {
            throw new AssertionError("message at " + p + ":" + o + " has no place");
          }
        }
      }
    }

    /** I6. */
    private void producersOrderIsKept() {
      logs.forEach(
          (room, entries) -> {
            Map<String, Integer> last = new HashMap<>();
            for (Entry entry : entries) {
              World.Message message = entry.message();
              String stream = message.producer() + ">" + message.to();
              Integer before = last.put(stream, message.id());
              if (before != null && before > message.id()) {
                throw new AssertionError(
                    "room " + room + ": " + stream + " sent " + message.id() + " before " + before);
              }
            }
          });
    }

    private void chainOfSegmentsIsTheLog(String room) {
      List<Entry> entries = logs.get(room);
      List<Position> chain = new ArrayList<>();
      for (int k = 0; k <= log.newest(); k++) {
        Segment segment = log.segment(k, room);
        int p = segment.partition();
        for (long o = segment.from(); o < Math.min(segment.to(), world.end(p)); o++) {
          boolean here =
              world.committed(p, o) instanceof World.Message message && message.room().equals(room);
          if (here && log.home(room, p, o) == k) chain.add(new Position(k, p, o));
        }
      }
      assertThat(chain).isEqualTo(entries.stream().map(Entry::position).toList());
    }

    /** A contiguous run from where it began (I5), whole in the end, and no position that lies. */
    private void streamIsARun(Pod.Listener listener) {
      List<Entry> entries = logs.get(listener.room());
      int begin = upTo(entries, listener.start);
      List<Position> had = listener.had.stream().map(Had::position).toList();
      int end = Math.min(entries.size(), begin + had.size());
      List<Position> run = entries.subList(begin, end).stream().map(Entry::position).toList();
      if (!had.equals(run)) {
        throw new AssertionError(
            listener + " from " + listener.start + "\n  had " + had + "\n  not " + run);
      }
      for (Position each : had) {
        if (each.epoch() > definition.seg(each.partition(), each.offset())) {
          world.seen.add(Witness.RESIDUE_DELIVERED);
        }
      }
      if (listener.following && end < entries.size()) {
        throw new AssertionError(listener + " never had " + entries.get(end));
      }
      for (Pod.Said said : listener.said) {
        if (upTo(entries, said.position()) != begin + said.delivered()) {
          throw new AssertionError(
              listener
                  + " from "
                  + listener.start
                  + " had "
                  + had.subList(0, said.delivered())
                  + " and said "
                  + said.position());
        }
      }
    }

    /** Also what is in rooms that nobody follows: what is kept of them is whole. */
    private void everythingWasShownInItsPlace(int partition, Pod.Shown shown) {
      for (List<Entry> each : logs.values()) {
        for (Entry entry : each) {
          Position at = entry.position();
          if (at.partition() != partition || at.offset() < shown.from()) continue;
          if (!shown.places().contains(new Pod.Place(entry.message().room(), at))) {
            throw new AssertionError(entry + " was not shown");
          }
        }
      }
      for (Pod.Place place : shown.places()) {
        if (logs.get(place.room()).stream().noneMatch(e -> e.position().equals(place.at()))) {
          throw new AssertionError(place + " was shown, but nothing is there");
        }
      }
    }

    /** Nothing behind it was shown before, nothing up to it is still to be shown. */
    private void headIsTheNearest(Pod.Head head) {
      Position said = head.position();
      for (Entry entry : logs.get(head.room())) {
        Position at = entry.position();
        if (at.partition() != said.partition() || at.epoch() > said.epoch()) continue;
        if (!log.stays(head.room(), at.partition(), at.epoch(), said.epoch())) continue;
        boolean shown = at.offset() < head.shown();
        if (shown == at.isAfter(said)) {
          throw new AssertionError(
              "the head of room "
                  + head.room()
                  + " was "
                  + said
                  + ", but "
                  + at
                  + (shown ? " was shown" : " was not shown"));
        }
      }
    }

    private void whatWasDeliveredPrecedesWhatIsSentThen() {
      Map<Integer, Integer> delivered = new HashMap<>();
      for (Pod pod : pods) {
        for (Pod.Listener listener : pod.listeners) {
          for (Had had : listener.had) delivered.merge(had.id(), had.when(), Math::min);
        }
      }
      logs.forEach(
          (room, entries) -> {
            int earliest = Integer.MAX_VALUE;
            for (int i = entries.size() - 1; i >= 0; i--) {
              World.Message message = entries.get(i).message();
              if (message.sent() > earliest) {
                throw new AssertionError(
                    "room " + room + ": one behind " + entries.get(i) + " was delivered before");
              }
              earliest =
                  Math.min(earliest, delivered.getOrDefault(message.id(), Integer.MAX_VALUE));
            }
          });
    }

    private static int upTo(List<Entry> entries, Position position) {
      int count = 0;
      while (count < entries.size() && !entries.get(count).position().isAfter(position)) count++;
      return count;
    }
  }
}
