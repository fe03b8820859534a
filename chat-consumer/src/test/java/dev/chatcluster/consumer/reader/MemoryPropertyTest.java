package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.config.ConsumerConfig.History;
import dev.chatcluster.consumer.reader.TableInWorld.Answer;
import dev.chatcluster.consumer.reader.TableInWorld.Made;
import dev.chatcluster.roomlog.order.Choices;
import dev.chatcluster.roomlog.order.Definition;
import dev.chatcluster.roomlog.order.World;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * What the rings keep, and what is read again where they do not reach, together are a run of the
 * room's log: held against the definition, over rescales, strays, crashes of those who write, and
 * rings that lose what they had.
 */
class MemoryPropertyTest {
  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger QUIET = Logger.getLogger("dev.chatcluster.consumer.reader");

  @BeforeContainer
  static void beQuiet() {
    QUIET.setLevel(Level.OFF);
  }

  /** What happens next, as often as it stands here. */
  private enum Step {
    PRODUCE,
    POLL,
    ROUTE,
    OPERATE,
    LEARN,
    RESUME,
    LEAVE,
    BEGIN,
    TRANSACT,
    FORGE,
    TIME_OUT,
    WIDEN,
    OWN,
    FAIL,
    FORGET
  }

  private static final Step[] STEPS = steps(6, 7, 5, 6, 2, 5, 2, 1, 1, 1, 1, 1, 1, 1, 1);

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

  @AfterContainer
  static void letOthersLog() {
    QUIET.setLevel(null);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void memoryAndKafkaTogetherHoldARunOfTheOneOrder(
      @ForAll @IntRange(min = 1, max = 4) int partitions,
      @ForAll Partitioning partitioning,
      @ForAll @IntRange(max = 4) int ring,
      @ForAll @IntRange(min = 1, max = 3) int memory,
      @ForAll("tapes") int[] tape) {
    try {
      run(partitions, partitioning, ring, memory, tape, null).forEach(Statistics::collect);
    } catch (AssertionError | RuntimeException failure) {
      List<String> story = new ArrayList<>();
      try {
        run(partitions, partitioning, ring, memory, tape, story);
      } catch (AssertionError | RuntimeException again) {
        throw new AssertionError(again + "\n\nWhat happened:\n" + String.join("\n", story), again);
      }
      throw failure;
    }
    Statistics.coverage(
        coverage -> {
          for (Made each : Made.values())
            coverage.check(each).count((n, all) -> all < 1_000 || n > 0);
        });
  }

  private static Set<Made> run(
      int partitions,
      Partitioning partitioning,
      int ring,
      int memory,
      int[] tape,
      List<String> story) {
    World world = new World(partitions, partitioning, story);
    world.publishFirst(partitions);
    TableInWorld table = new TableInWorld(world, new History(ring, 1_000), 1_500L * memory);
    table.begin(new Choices(0));
    for (int each : tape) {
      world.tick();
      step(world, table, new Choices(each));
    }
    world.comeToRest();
    Definition definition = world.definition();
    for (Answer each : table.answers) check(each, definition.log(each.room(), world));
    return table.made;
  }

  private static void step(World world, TableInWorld table, Choices c) {
    switch (STEPS[c.pick(STEPS.length)]) {
      case PRODUCE -> world.produce(c);
      case TRANSACT -> world.transact(c);
      case FORGE -> world.forge(c);
      case ROUTE -> world.route(c);
      case OPERATE -> world.operate(c);
      case TIME_OUT -> world.timeOut(c);
      case WIDEN -> world.widen();
      case OWN -> world.own(c);
      case LEARN -> table.learn(c);
      case POLL -> table.poll(c);
      case RESUME -> table.resume(c);
      case LEAVE -> table.leave(c);
      case BEGIN -> table.begin(c);
      case FAIL -> table.fail(c);
      case FORGET -> table.forget(c);
    }
  }

  private static void check(Answer answer, List<Definition.Entry> log) {
    List<Position> run =
        log.stream()
            .map(Definition.Entry::position)
            .filter(each -> each.isAfter(answer.after()) && !each.isAfter(answer.upTo()))
            .toList();
    if (!run.equals(answer.had())) {
      throw new AssertionError(answer + "\n  should have had " + run);
    }
  }
}
