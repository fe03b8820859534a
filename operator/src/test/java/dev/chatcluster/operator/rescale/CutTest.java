package dev.chatcluster.operator.rescale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.rescale.Phase.Step;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.epoch.Owner;
import dev.chatcluster.roomlog.order.Barrier;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 240, unit = TimeUnit.SECONDS)
class CutTest {
  @TempDir static Path folder;
  private static EmbeddedKafka broker;
  private static Admin admin;
  private static Kafka kafka;

  private String topic;
  private LogId id;
  private ControlTopic control;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedKafka.start(folder);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    kafka = new Kafka(broker.bootstrapServers(), Map.of());
  }

  @AfterAll
  static void stop() {
    kafka.close();
    admin.close();
    broker.close();
  }

  @BeforeEach
  void begin() {
    topic = "t" + UUID.randomUUID();
    kafka.create(topic, 3, 1, Map.of());
    kafka.create(Names.controlTopic(topic), 1, 1, Map.of());
    id = new LogId("log", kafka.describe(topic).orElseThrow().topicId().toString());
    control = new ControlTopic(kafka, topic);
    control.append(new EpochPublished(id, Epoch.first(2, Partitioning.MODULO)));
  }

  private ControlState cut(int asked) {
    return new Cut(kafka, topic, _ -> {}).run(control.read(), asked);
  }

  @Test
  void putsABarrierIntoEveryPartitionAndPublishesWhereTheyAre() {
    write(0, "a", "b");
    write(2, "c");
    routed(0, 1);
    ControlState log = cut(3);
    Epoch epoch = log.current().orElseThrow();
    assertThat(epoch)
        .isEqualTo(new Epoch(1, 3, Partitioning.MODULO, List.of(2L, 0L, 1L), List.of(1L, 0L, 0L)));
    assertThat(log.cutting()).isEmpty();
    assertBarriers(log);
  }

  @Test
  void goesDownAndUpAgainInTheSamePartitions() {
    cut(3);
    routed(1, 1);
    cut(1);
    write(1, "stray");
    ControlState log = cut(3);
    assertThat(log.epochs()).extracting(Epoch::partitions).containsExactly(2, 3, 1, 3);
    assertThat(log.epochs().get(3).barriers()).containsExactly(2L, 3L, 2L);
    assertThat(log.epochs().get(3).routed()).containsExactly(0L, 1L, 0L);
    assertBarriers(log);
  }

  @Test
  void beginsNoneForPartitionsThatAreNotThere() {
    assertThat(cut(4).epochs()).hasSize(1);
    assertThat(control.read().cutting()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void whatACrashLeavesIsCompletedByTheNextOne(Step crash) {
    write(1, "before");
    Cut crashing =
        new Cut(
            kafka,
            topic,
            step -> {
              if (step == crash) throw new Crash();
            });
    assertThatThrownBy(() -> crashing.run(control.read(), 3)).isInstanceOf(Crash.class);
    write(1, "between");
    forge();
    // The newest count wins as long as nothing is in the log, and then the one that is.
    ControlState log = cut(1);
    int expected = crash == Step.CUT ? 1 : 3;
    assertThat(log.epochs()).extracting(Epoch::partitions).containsExactly(2, expected);
    assertBarriers(log);
  }

  @Test
  void completesABarrierThatStandsInSomePartitionsOnly() {
    CutStarted begun = begun(3);
    writeBarrier(1, Barrier.of(begun));
    write(1, "behind the barrier");
    ControlState log = cut(3);
    assertThat(log.current().orElseThrow().barriers()).containsExactly(0L, 0L, 0L);
    assertBarriers(log);
  }

  @Test
  void reachesPartitionsThatCameBeforeItsIntent() {
    ControlState log = before(Step.CUT, () -> kafka.grow(topic, 5)).run(control.read(), 3);
    assertThat(log.current().orElseThrow().barriers()).hasSize(5);
    assertBarriers(log);
  }

  @Test
  void completesALargerOneThatCameFirst() {
    Runnable another =
        () -> {
          kafka.grow(topic, 5);
          control.append(
              new CutStarted(id, 1, 5, Partitioning.MODULO, kafka.endOffsets(topic, 5), "another"));
        };
    ControlState log = before(Step.CUT, another).run(control.read(), 3);
    Epoch epoch = log.current().orElseThrow();
    assertThat(epoch.partitions()).isEqualTo(5);
    assertThat(epoch.barriers()).hasSize(5);
    assertBarriers(log);
  }

  @Test
  void publishesNothingOfABrokerThatHasNotHeardOfAllPartitions() {
    List<Long> ends = List.of(0L, 0L, 0L, 0L, 0L);
    control.append(new CutStarted(id, 1, 2, Partitioning.MODULO, ends, "of five"));
    assertThatThrownBy(() -> cut(2))
        .isInstanceOf(KafkaFailure.class)
        .hasMessageContaining("3 partitions")
        .hasMessageContaining("has had 5");
    assertThat(records(topic, 0)).isEmpty();
    assertThat(control.read().epochs()).hasSize(1);

    kafka.grow(topic, 5);
    assertBarriers(cut(2));
  }

  @Test
  void beginsNothingInALogThatAnotherHasTakenMeanwhile() {
    ControlState log = control.read();
    control.append(new Owned(1, Optional.of(new Owner("other", "elsewhere", "other", ""))));
    new Cut(kafka, topic, _ -> {}).run(log, 3);
    assertThat(control.read().cutting()).isEmpty();
    assertThat(control.read().epochs()).hasSize(1);
  }

  private Cut before(Step when, Runnable happens) {
    return new Cut(
        kafka,
        topic,
        step -> {
          if (step == when) happens.run();
        });
  }

  @Test
  void findsAPositionThatWentBackBehindTheLastCopy() {
    write(0, "a", "b", "c", "d", "e");
    for (int p = 0; p < 3; p++) routed(p, p == 0 ? 2 : 0);
    cut(3);
    try (Producer<byte[], byte[]> producer = kafka.producer()) {
      for (String from : List.of("0:4:1", "0:5:0", "0:99:1", "2:0:1")) {
        ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(topic, 1, null, new byte[1]);
        copy.headers().add(Names.FORWARD_HEADER, from.getBytes());
        producer.send(copy);
      }
    }
    routed(0, 1);
    assertThat(cut(2).current().orElseThrow().routed()).containsExactly(5L, 0L, 1L);
  }

  @Test
  void isNotMisledByForgedBarriers() {
    CutStarted begun = begun(3);
    Barrier real = Barrier.of(begun);
    writeBarrier(0, new Barrier(id, 1, 3, real.partitioning(), "guessed"));
    writeBarrier(1, new Barrier(id, 2, 3, real.partitioning(), real.nonce()));
    writeBarrier(2, new Barrier(id, 1, 2, real.partitioning(), real.nonce()));
    ControlState log = cut(3);
    assertThat(log.current().orElseThrow().barriers()).containsExactly(1L, 1L, 1L);
    assertBarriers(log);
  }

  @RepeatedTest(5)
  void severalAtOnceComeToTheSameEpoch() throws Exception {
    write(0, "a");
    int many = 3;
    CyclicBarrier together = new CyclicBarrier(many);
    List<Callable<ControlState>> cuts = new ArrayList<>();
    for (int i = 1; i <= many; i++) {
      int asked = i;
      ControlState read = control.read();
      cuts.add(
          () -> {
            together.await();
            return untilItIsThrough(read, asked);
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
      var first = threads.invokeAll(cuts).stream().map(f -> f.resultNow()).toList();
      for (ControlState each : first)
        assertThat(each.epochs()).isEqualTo(first.getFirst().epochs());
    }
    assertThat(control.read().epochs()).hasSize(2);
    assertBarriers(control.read());
  }

  /** As the operator does, which tries again what Kafka did not do in time. */
  private ControlState untilItIsThrough(ControlState read, int asked) {
    ControlState log = read;
    while (log.epochs().equals(read.epochs())) {
      try {
        log = new Cut(kafka, topic, _ -> {}).run(log, asked);
      } catch (KafkaFailure e) {
        log = control.read();
      }
    }
    return log;
  }

  @Test
  void takesNoCommitOfARouterAfterItsPositionWasRead() {
    write(0, "stray");
    try (Producer<byte[], byte[]> router = router(0);
        Consumer<byte[], byte[]> member = member()) {
      router.initTransactions();
      router.beginTransaction();
      router.send(new ProducerRecord<>(topic, 1, null, "copy".getBytes()));
      router.flush();
      ControlState log = cut(3);
      assertThat(log.current().orElseThrow().routed().getFirst()).isZero();
      assertThatThrownBy(
              () -> {
                router.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)),
                    member.groupMetadata());
                router.commitTransaction();
              })
          .isInstanceOf(KafkaException.class);
      assertThat(kafka.committed(Names.routerGroup(topic)))
          .doesNotContainKey(new TopicPartition(topic, 0));
    }
  }

  @Test
  void isQuickEnoughForThoseWhoWait() {
    cut(3);
    long before = System.nanoTime();
    long[] barriers = {0};
    new Cut(
            kafka,
            topic,
            step -> {
              if (step == Step.BARRIERS) barriers[0] = System.nanoTime();
            })
        .run(control.read(), 2);
    long after = System.nanoTime();
    System.out.printf(
        "a cut takes %d ms, from its barriers on %d ms%n",
        (after - before) / 1_000_000, (after - barriers[0]) / 1_000_000);
    assertThat(after - before).isLessThan(TimeUnit.SECONDS.toNanos(30));
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private CutStarted begun(int asked) {
    CutStarted cut =
        new CutStarted(id, 1, asked, Partitioning.MODULO, kafka.endOffsets(topic, 3), "nonce");
    control.append(cut);
    return cut;
  }

  /** Each newest barrier is the first with its cut's nonce, and each partition has one. */
  private void assertBarriers(ControlState log) {
    Epoch newest = log.current().orElseThrow();
    for (int p = 0; p < newest.barriers().size(); p++) {
      List<Long> offsets = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> each : records(topic, p)) {
        Barrier.read(each.key(), each.headers(), each.value())
            .filter(b -> b.number() == newest.number() && nonces().contains(b.nonce()))
            .filter(b -> b.partitions() == newest.partitions())
            .ifPresent(_ -> offsets.add(each.offset()));
      }
      assertThat(offsets).as("barriers in partition %d", p).isNotEmpty();
      assertThat(newest.barriers().get(p)).isEqualTo(offsets.getFirst());
    }
  }

  private List<String> nonces() {
    ControlState state = ControlState.EMPTY;
    List<String> nonces = new ArrayList<>();
    for (var each : records(Names.controlTopic(topic), 0)) {
      state = state.apply(ControlRecord.parse(each.value()));
      state.cutting().ifPresent(c -> nonces.add(c.nonce()));
    }
    return nonces;
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String topic, int partition) {
    TopicPartition only = new TopicPartition(topic, partition);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer = kafka.consumer("read_committed")) {
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      while (consumer.position(only) < end) {
        consumer.poll(Duration.ofMillis(50)).forEach(records::add);
      }
    }
    return records;
  }

  private void forge() {
    for (int p = 0; p < 3; p++) writeBarrier(p, new Barrier(id, 1, 3, "mod", "forged"));
  }

  private void writeBarrier(int partition, Barrier barrier) {
    try (var producer = kafka.producer()) {
      producer.send(barrier.record(topic, partition));
    }
  }

  private void write(int partition, String... values) {
    try (var producer = kafka.producer()) {
      for (String each : values) {
        producer.send(new ProducerRecord<>(topic, partition, null, each.getBytes()));
      }
    }
  }

  private void routed(int partition, long position) {
    kafka.commit(Names.routerGroup(topic), new TopicPartition(topic, partition), position);
  }

  private Producer<byte[], byte[]> router(int partition) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "transactional.id",
            Names.routerTransactionalId(topic, id.uid(), partition)),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private Consumer<byte[], byte[]> member() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(), "group.id", Names.routerGroup(topic)),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
