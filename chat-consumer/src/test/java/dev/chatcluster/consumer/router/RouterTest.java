package dev.chatcluster.consumer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.Cutter;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.WholeLog;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.config.KafkaAccess;
import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.consumer.send.TopicLimit;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final String KAFKA = Broker.address();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> fatal = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) each.close();
    assertThat(fatal).as("what ended a thread").isEmpty();
  }

  private <T extends AutoCloseable> T open(T opened) {
    open.add(opened);
    return opened;
  }

  /** A pod of all partitions that does nothing but route. */
  private final class Pod implements AutoCloseable {
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Admin admin = Broker.admin();
    final Seen seen = new Seen();
    final ControlLog control;
    final RouterPositions positions;
    final Routers routers;

    Pod(String topic) {
      this(topic, KafkaSide.config(KAFKA, topic).kafka());
    }

    /**
     * @param kafka as its routers see it
     */
    Pod(String topic, KafkaAccess kafka) {
      ConsumerConfig config = KafkaSide.config(KAFKA, topic);
      control = new ControlLog(config, admin, (sentence, error) -> fatal.add(sentence + error));
      control.start();
      control.first().join();
      positions = new RouterPositions(admin, topic);
      RouterSetup setup =
          new RouterSetup(
              topic,
              "test",
              kafka,
              new RoomSource.Key(),
              positions,
              seen,
              new TopicLimit(admin, topic),
              new RouterMetrics(registry));
      routers =
          new Routers(
              setup,
              new Own.All(),
              control,
              (sentence, error) -> {
                error.printStackTrace();
                fatal.add(sentence + error);
              });
    }

    Pod route() {
      routers.start();
      return this;
    }

    double meter(String name, String... tags) {
      return registry.find(name).tags(tags).meters().stream()
          .mapToDouble(m -> m.measure().iterator().next().getValue())
          .sum();
    }

    long routed() {
      return (long) meter("chat.strays.routed");
    }

    long position(int partition) {
      return positions.committed(partition).join().orElse(-1L);
    }

    @Override
    public void close() {
      routers.close(Duration.ofSeconds(5));
      control.close();
      admin.close();
    }
  }

  private Pod pod(String topic) {
    return open(new Pod(topic));
  }

  private Log log(String topic) {
    return open(new Log(KAFKA, topic));
  }

  /** A room whose owners in epochs of these counts are as asked. */
  private static String room(Pod pod, int[] counts, IntPredicate... owners) {
    var partitioning = pod.control.topology().current().partitioning();
    return IntStream.range(0, 10_000)
        .mapToObj(i -> "room-" + i)
        .filter(
            room ->
                IntStream.range(0, counts.length)
                    .allMatch(i -> owners[i].test(partitioning.partition(room, counts[i]))))
        .findFirst()
        .orElseThrow();
  }

  private static IntPredicate is(int partition) {
    return p -> p == partition;
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  private static void write(Log log, int partition, String room, int from, int to) {
    for (int i = from; i < to; i++) log.write(partition, room, "m" + i);
    log.producer().flush();
  }

  @Test
  void eachStrayIsForwardedOnceInOrderAsItWas() {
    // The first record is of 1970.
    String topic = Broker.topic(3, Map.of("retention.ms", "-1"));
    Pod pod = pod(topic).route();
    String there = room(pod, new int[] {3}, is(1));
    String here = room(pod, new int[] {3}, is(0));
    Log log = log(topic);
    ProducerRecord<byte[], byte[]> first =
        new ProducerRecord<>(
            topic, 0, 1234L, there.getBytes(StandardCharsets.UTF_8), new byte[] {'m', '0'});
    first.headers().add("colour", new byte[] {1, 2}).add(Names.FORWARD_HEADER, new byte[] {'x'});
    long offset = log.put(first);
    for (int i = 1; i < 1_000; i++) {
      log.write(0, there, "m" + i);
      log.write(0, here, "h" + i);
    }
    log.put(0, null, "in no room");
    await().until(() -> pod.routed() == 1_000);
    WholeLog whole = WholeLog.read(topic, pod.control.topology());
    assertThat(whole.of(there)).isEqualTo(numbered(0, 1_000));
    assertThat(whole.of(here)).hasSize(999);
    // The stray itself, in partition 0, claims to be one as well.
    assertThat(whole.copies().stream().filter(copy -> copy.partition() == 1).findFirst())
        .hasValueSatisfying(
            copy -> {
              assertThat(copy.timestamp()).isEqualTo(1234);
              assertThat(copy.headers().lastHeader("colour").value()).containsExactly(1, 2);
              assertThat(copy.headers().headers(Names.FORWARD_HEADER))
                  .singleElement()
                  .satisfies(h -> assertThat(h.value()).asString().isEqualTo("0:" + offset + ":0"));
            });
    assertThat(pod.meter("chat.router.state", "partition", "0", "state", "running")).isEqualTo(1);
  }

  @Test
  void theTransactionOfACrashedRouterLeavesNothing() {
    String topic = Broker.topic(2);
    Pod pod = pod(topic);
    String there = room(pod, new int[] {2}, is(1));
    write(log(topic), 0, there, 0, 10);
    String uid = pod.control.topology().logId().uid();
    RouterProducer crashed = validOne(topic, uid);
    assertThat(crashed.commit(List.of(copyOf(topic, there, 0)), 1)).isEmpty();
    crashed.begin(List.of(copyOf(topic, there, 1), copyOf(topic, there, 2)), 3);
    pod.route();
    await().until(() -> pod.routed() == 9);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 10));
    // Wakes up as a zombie.
    assertThatThrownBy(crashed::end).isInstanceOf(KafkaException.class);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 10));
  }

  @Test
  void whatKafkaLeftOpenIsNotCommittedByTheNextTransaction() throws Exception {
    String topic = Broker.topic(2);
    Pod pod = pod(topic);
    String there = room(pod, new int[] {2}, is(1));
    write(log(topic), 0, there, 0, 3);
    leaveOpen(topic, pod, there);
    pod.route();
    await().until(() -> pod.meter("chat.router.state", "partition", "0", "state", "standby") == 1);
    assertThat(pod.routed()).isZero();
    TopicPartition stuck = new TopicPartition(topic, 1);
    for (ProducerState each : producers(pod, stuck)) {
      if (each.currentTransactionStartOffset().isEmpty()) continue;
      pod.admin
          .abortTransaction(
              new AbortTransactionSpec(stuck, each.producerId(), (short) each.producerEpoch(), 0))
          .all()
          .get();
    }
    await().until(() -> pod.routed() == 3);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 3));
  }

  @Test
  void whatWasCommittedButNotEverywhereIsByTheNextTransaction() throws Exception {
    String topic = Broker.topic(2);
    Pod pod = pod(topic);
    String there = room(pod, new int[] {2}, is(1));
    write(log(topic), 0, there, 0, 3);
    leaveOpen(topic, pod, there);
    pod.admin
        .alterConsumerGroupOffsets(
            Names.routerGroup(topic),
            Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)))
        .all()
        .get();
    pod.route();
    await().until(() -> pod.routed() == 2);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 3));
  }

  /** The copy of the first stray, in partition 1, by a router whose coordinator forgets it. */
  private static void leaveOpen(String topic, Pod pod, String room) throws Exception {
    String uid = pod.control.topology().logId().uid();
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            KAFKA,
            "transactional.id",
            Names.routerTransactionalId(topic, uid, 0));
    var router =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    router.initTransactions();
    Broker.forgetting(
        () -> {
          router.beginTransaction();
          router.send(copyOf(topic, room, 0)).get();
          // Without this it would abort what it has begun.
          router.close(Duration.ZERO);
          return null;
        });
    TopicPartition stuck = new TopicPartition(topic, 1);
    assertThat(producers(pod, stuck))
        .anyMatch(each -> each.currentTransactionStartOffset().isPresent());
  }

  private static List<ProducerState> producers(Pod pod, TopicPartition partition) throws Exception {
    return pod.admin
        .describeProducers(List.of(partition))
        .partitionResult(partition)
        .get()
        .activeProducers();
  }

  @Test
  void theOneThatStandsByTakesOverFromOneThatIsFrozenInATransaction() {
    String topic = Broker.topic(2);
    Pod pod = pod(topic).route();
    String there = room(pod, new int[] {2}, is(1));
    Log log = log(topic);
    write(log, 0, there, 0, 5);
    await().until(() -> pod.routed() == 5);
    RouterProducer frozen = validOne(topic, pod.control.topology().logId().uid());
    frozen.begin(List.of(copyOf(topic, there, 5)), 6);
    write(log, 0, there, 5, 10);
    await().until(() -> pod.routed() == 10);
    assertThat(fenced(pod)).isEqualTo(1);
    assertThatThrownBy(frozen::end).isInstanceOf(KafkaException.class);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 10));
  }

  /** Of partition 0. */
  private RouterProducer validOne(String topic, String uid) {
    RouterProducer another =
        open(new RouterProducer(KafkaSide.config(KAFKA, topic).kafka(), "another", topic, uid, 0));
    another.fenceOthers();
    return another;
  }

  private static ProducerRecord<byte[], byte[]> copyOf(String topic, String room, int i) {
    ProducerRecord<byte[], byte[]> copy =
        new ProducerRecord<>(
            topic,
            1,
            room.getBytes(StandardCharsets.UTF_8),
            ("m" + i).getBytes(StandardCharsets.UTF_8));
    copy.headers().add(Names.FORWARD_HEADER, ("0:" + i + ":0").getBytes(StandardCharsets.UTF_8));
    return copy;
  }

  private static double fenced(Pod... pods) {
    return Stream.of(pods)
        .mapToDouble(pod -> pod.meter("chat.router.fenced", "partition", "0"))
        .sum();
  }

  private static double in(String state, Pod... pods) {
    return Stream.of(pods)
        .mapToDouble(pod -> pod.meter("chat.router.state", "partition", "0", "state", state))
        .sum();
  }

  @Test
  void ofTwoRoutersOneStandsByAndTakesOverWhenTheOtherEnds() {
    String topic = Broker.topic(2);
    Pod one = pod(topic).route();
    String there = room(one, new int[] {2}, is(1));
    Log log = log(topic);
    write(log, 0, there, 0, 10);
    await().until(() -> one.routed() == 10);
    Pod two = new Pod(topic).route();
    await().until(() -> in("running", two) == 1);
    // The one that is overtaken learns it with its next commit, and may not learn what became of
    // that.
    int written = 10;
    long begin = System.nanoTime();
    for (long end = begin + Duration.ofSeconds(6).toNanos(); System.nanoTime() < end; ) {
      write(log, 0, there, written, written + 5);
      written += 5;
      long expected = written;
      await().until(() -> one.position(0) == expected);
    }
    // On a starved machine one may stand still for so long that the other has to take over.
    assertThat(fenced(one, two)).isLessThanOrEqualTo(1 + (System.nanoTime() - begin) / 3e9);
    two.close();
    write(log, 0, there, written, written + 5);
    long expected = written + 5;
    await().until(() -> one.position(0) == expected);
    assertThat(WholeLog.read(topic, one.control.topology()).of(there))
        .isEqualTo(numbered(0, written + 5));
  }

  @Test
  void whatNobodyRoutedBeforeTheCutStaysWhereItsRoomHasCome() {
    String topic = Broker.topic(3);
    Pod pod = pod(topic);
    // Written to partition 0 all along: it comes to 0 with the cut, or goes from 1 to 2.
    String comes = room(pod, new int[] {2, 3}, is(1), is(0));
    String passes = room(pod, new int[] {2, 3}, is(1), is(2));
    Cutter cutter = open(new Cutter(topic, pod.control));
    cutter.rescale(2);
    Log log = log(topic);
    write(log, 0, comes, 0, 10);
    write(log, 0, passes, 0, 10);
    cutter.cut(3);
    pod.route();
    write(log, 0, comes, 10, 20);
    cutter.fence();
    write(log, 0, passes, 10, 20);
    List<Long> routed = cutter.readRouted();
    cutter.barriers();
    write(log, 0, comes, 20, 30);
    write(log, 0, passes, 20, 30);
    await().until(() -> pod.meter("chat.router.state", "partition", "0", "state", "waiting") == 1);
    assertThat(pod.routed()).isZero();
    cutter.publish();
    await().until(() -> pod.routed() == 30);
    assertThat(routed.get(0)).isLessThanOrEqualTo(1);
    WholeLog whole = WholeLog.read(topic, pod.control.topology());
    assertThat(whole.of(comes)).isEqualTo(numbered(0, 30));
    assertThat(whole.of(passes)).isEqualTo(numbered(0, 30));
    assertThat(whole.copies()).allMatch(copy -> copy.partition() == 2);
  }

  @Test
  void straysFindTheirRoomsOverManyRescalesUnderLoad() throws Exception {
    String topic = Broker.topic(3);
    Pod pod = pod(topic).route();
    Cutter cutter = open(new Cutter(topic, pod.control));
    List<String> rooms = IntStream.range(0, 12).mapToObj(i -> "r" + i).toList();
    Log log = log(topic);
    Random random = new Random(7);
    int[] paths = random.ints(rooms.size(), 0, 3).toArray();
    int written = 0;
    Thread rescales =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int count : new int[] {5, 2, 4, 1, 3}) cutter.rescale(count);
                });
    while (rescales.isAlive()) {
      for (int r = 0; r < rooms.size(); r++) log.write(paths[r], rooms.get(r), "m" + written);
      written++;
      Thread.sleep(2);
    }
    rescales.join();
    log.producer().flush();
    int all = written;
    await()
        .untilAsserted(
            () -> {
              WholeLog whole = WholeLog.read(topic, pod.control.catchUp().join());
              for (String room : rooms) {
                assertThat(whole.of(room)).as(room).isEqualTo(numbered(0, all));
              }
            });
    assertThat(pod.control.topology().epochs()).hasSize(6);
  }

  @Test
  void thePositionFollowsTheLiveReadingUntilThatMeetsAStray() {
    String topic = Broker.topic(2);
    Pod pod = pod(topic);
    Log log = log(topic);
    String here = room(pod, new int[] {2}, is(0));
    String there = room(pod, new int[] {2}, is(1));
    write(log, 0, here, 0, 100);
    pod.seen.began(0, 0);
    pod.seen.reached(0, 40);
    pod.route();
    await().until(() -> pod.position(0) == 40);
    pod.seen.reached(0, 100);
    await().until(() -> pod.position(0) == 100);
    // The live reading goes back for a moment.
    pod.seen.began(0, 10);
    write(log, 0, there, 100, 103);
    pod.seen.stray(0, 100);
    await().until(() -> pod.routed() == 3);
    pod.seen.reached(0, 103);
    await().until(() -> pod.position(0) == 103);
    // Both are told after the commit.
    await().until(() -> pod.routers.committed(0).equals(OptionalLong.of(103)));
    await().until(() -> pod.meter("chat.stray.lag", "partition", "0") == 0);
  }

  @Test
  void aPositionThatKafkaForgotIsFoundBehindTheLastCopy() throws Exception {
    String topic = Broker.topic(2);
    Pod before = new Pod(topic).route();
    String there = room(before, new int[] {2}, is(1));
    Log log = log(topic);
    Log another = open(new Log(KAFKA, topic, Map.of("transactional.id", topic)));
    another.producer().initTransactions();
    another.producer().beginTransaction();
    another.put(1, there, "undecided");
    write(log, 0, there, 0, 20);
    await().until(() -> before.routed() == 20);
    before.close();
    write(log, 0, there, 20, 30);
    Pod pod = pod(topic);
    pod.admin.deleteConsumerGroups(List.of(Names.routerGroup(topic))).all().get();
    pod.route();
    // The copies lie behind what is not decided yet.
    await().during(Duration.ofSeconds(1)).until(() -> pod.routed() == 0);
    another.producer().abortTransaction();
    await().until(() -> pod.position(0) >= 30);
    assertThat(pod.routed()).isEqualTo(10);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 30));
  }

  @Test
  void aPositionThatWentBackIsNotBelieved() throws Exception {
    String topic = Broker.topic(2);
    Pod pod = pod(topic).route();
    String there = room(pod, new int[] {2}, is(1));
    Log log = log(topic);
    write(log, 0, there, 0, 20);
    await().until(() -> pod.routed() == 20 && pod.position(0) == 20);
    String uid = pod.control.topology().logId().uid();
    pod.admin.fenceProducers(List.of(Names.routerTransactionalId(topic, uid, 0))).all().get();
    pod.admin
        .alterConsumerGroupOffsets(
            Names.routerGroup(topic),
            Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(5)))
        .all()
        .get();
    write(log, 0, there, 20, 30);
    await().until(() -> pod.position(0) == 30);
    assertThat(pod.routed()).isEqualTo(30);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).isEqualTo(numbered(0, 30));
  }

  @Test
  void aStrayThatTheTopicDoesNotTakeIsLeftOutAndSaid() {
    String topic = Broker.topic(2, Map.of("max.message.bytes", "2000"));
    Pod pod = pod(topic);
    String there = room(pod, new int[] {2}, is(1));
    byte[] noise = new byte[1_915];
    new Random(1).nextBytes(noise);
    Log log = log(topic);
    log.put(0, there, "m0");
    log.put(new ProducerRecord<>(topic, 0, there.getBytes(StandardCharsets.UTF_8), noise));
    log.put(0, there, "m1");
    pod.route();
    await().until(() -> pod.routed() == 2);
    assertThat(pod.meter("chat.strays.dead")).isEqualTo(1);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).containsExactly("m0", "m1");
    await().until(() -> pod.position(0) == 3);
  }

  @Test
  void aLargeStrayThatOnlyFitsCompressedIsForwarded() {
    String topic = Broker.topic(2, Map.of("max.message.bytes", "2000"));
    Pod pod = pod(topic);
    String there = room(pod, new int[] {2}, is(1));
    Log log = open(new Log(KAFKA, topic, Map.of("compression.type", "gzip")));
    String large = "x".repeat(100_000);
    log.put(0, there, "m0");
    log.put(0, there, large);
    log.put(0, there, "m1");
    pod.route();
    await().until(() -> pod.routed() == 3);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there))
        .containsExactly("m0", large, "m1");
  }

  @Test
  void whatTheUserWantsOfKafkasClientsKeepsNoRouterFromItsWork() {
    String topic = Broker.topic(2);
    String wanted =
        "request.timeout.ms=20000\ndefault.api.timeout.ms=60000\nlinger.ms=6000\n"
            + "max.request.size=1000\nbuffer.memory=100000";
    KafkaAccess kafka = KafkaSide.config(KAFKA, topic, "CHAT_KAFKA_CONFIG", wanted).kafka();
    Pod pod = open(new Pod(topic, kafka)).route();
    String there = room(pod, new int[] {2}, is(1));
    String large = "x".repeat(200_000);
    log(topic).put(0, there, large);
    await().until(() -> pod.routed() == 1);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).containsExactly(large);
  }

  @Test
  void aRouterThatCannotConnectWhileACutIsUnderWayTriesOnceASecond() {
    String topic = Broker.topic(2);
    Attempts.AT.clear();
    Pod pod =
        open(
            new Pod(
                topic,
                new KafkaAccess(
                    "nowhere.invalid:9092",
                    Map.of("metric.reporters", Attempts.class.getName()),
                    KafkaSecurity.NONE)));
    open(new Cutter(topic, pod.control)).cut(1);
    await().until(() -> pod.control.topology().state().cutting().isPresent());
    pod.route();
    // Of two routers.
    await().until(() -> Attempts.AT.size() >= 6);
    assertThat(Attempts.AT.get(5) - Attempts.AT.get(0)).isGreaterThan(1_000_000_000);
  }

  /** Kafka's client makes one each time that it is made. */
  public static final class Attempts implements MetricsReporter {
    static final List<Long> AT = new CopyOnWriteArrayList<>();

    public Attempts() {
      AT.add(System.nanoTime());
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  @Test
  void whereKafkaHasDeletedWhatWasToBeRoutedTheRestIsAndItIsCounted() throws Exception {
    String topic = Broker.topic(2);
    Pod pod = pod(topic);
    String there = room(pod, new int[] {2}, is(1));
    write(log(topic), 0, there, 0, 20);
    pod.admin
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(15)))
        .all()
        .get();
    pod.route();
    await().until(() -> pod.routed() == 5);
    assertThat(pod.meter("chat.router.truncated")).isEqualTo(1);
    assertThat(WholeLog.read(topic, pod.control.topology()).of(there)).endsWith("m18", "m19");
  }
}
