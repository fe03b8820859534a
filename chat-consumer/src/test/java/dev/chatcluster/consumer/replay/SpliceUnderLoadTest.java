package dev.chatcluster.consumer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.Started.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SpliceUnderLoadTest {
  private static final String KAFKA = Broker.address();
  private static final int PARTITIONS = 2;
  private static final int ROOMS = 6;
  private static final int RESUMES = 200;

  /** What one resume should have had: the room's offsets after a place, in order, each once. */
  private record Resumed(Listener listener, String room, int partition, long after) {}

  @Test
  void whoeverResumesWhileProducersRunHasExactlyTheLogsTail() throws Exception {
    String topic = Broker.topic(PARTITIONS);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (KafkaSide owner = KafkaSide.alone(KAFKA, topic);
        KafkaSide side = KafkaSide.ofPartition(KAFKA, topic, 0, Duration.ofMillis(200));
        Loop ownerOne = new Loop();
        Loop ownerTwo = new Loop();
        Loop sideOne = new Loop();
        Loop sideTwo = new Loop()) {
      AtomicBoolean running = new AtomicBoolean(true);
      Thread plain = producing(topic, owner, running, false, seed);
      Thread transactional = producing(topic, owner, running, true, seed + 1);
      await().until(() -> owner.meter("chat.records.read") > 20_000);
      List<Resumed> resumes = new ArrayList<>();
      for (int i = 0; i < RESUMES; i++) {
        String room = "room-" + random.nextInt(ROOMS);
        int partition = owner.topology().partitionOf(room);
        long end = (long) owner.meter("chat.records.read", "partition", "" + partition);
        long after =
            random.nextInt(4) == 0 ? end - random.nextInt(50) : random.nextLong(-1, end + 1);
        after = Math.clamp(after, -1, Math.max(-1, end - 1));
        boolean atOwner = random.nextBoolean();
        Loop one = atOwner ? ownerOne : sideOne;
        Loop two = atOwner ? ownerTwo : sideTwo;
        Loop loop = random.nextBoolean() ? one : two;
        Listener listener = random.nextInt(3) == 0 ? slow(loop, room) : new Listener(loop, room);
        loop.join(
            (atOwner ? owner : side).rooms(),
            listener,
            new From.After(owner.token(partition, after)));
        resumes.add(new Resumed(listener, room, partition, after));
        // Some come together, as after the end of a pod, some alone.
        if (i % 10 == 0) Thread.sleep(random.nextInt(50));
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(resumes.stream().filter(each -> !each.listener().isLive()))
                      .as("still not live; %s records", owner.meter("chat.records.read"))
                      .isEmpty());
      running.set(false);
      plain.join();
      transactional.join();
      List<ConsumerRecord<byte[], byte[]>> truth = log(topic);
      assertThat(truth.size()).isGreaterThan(20_000);
      for (Resumed each : resumes) {
        List<Long> expected =
            truth.stream()
                .filter(r -> r.partition() == each.partition() && r.offset() > each.after())
                .filter(r -> new String(r.key()).equals(each.room()))
                .map(ConsumerRecord::offset)
                .toList();
        await().until(() -> each.listener().entries().size() >= expected.size());
        assertThat(each.listener().started().outcome()).isEqualTo(Outcome.RECOVERED);
        List<Long> got = offsets(each.listener());
        assertThat(got.equals(expected))
            .as(
                "seed %s, room %s after %s: first difference at %s of %s",
                seed,
                each.room(),
                each.after(),
                IntStream.range(0, expected.size())
                    .filter(i -> !expected.get(i).equals(got.get(i)))
                    .findFirst(),
                expected.size())
            .isTrue();
      }
      assertThat(owner.fatal()).isNull();
      assertThat(side.fatal()).isNull();
    }
  }

  private static List<Long> offsets(Listener listener) {
    return listener.entries().stream().map(Entry::position).map(p -> p.offset()).toList();
  }

  /** Takes its pieces late, from another thread. */
  private static Listener slow(Loop loop, String room) {
    return new Listener(loop, room) {
      @Override
      protected void taken(Runnable more) {
        Thread.startVirtualThread(
            () -> {
              try {
                Thread.sleep(5);
              } catch (InterruptedException e) {
                return;
              }
              more.run();
            });
      }
    };
  }

  private static Thread producing(
      String topic, KafkaSide side, AtomicBoolean running, boolean transactions, long seed) {
    Map<String, Object> properties = transactions ? Map.of("transactional.id", topic) : Map.of();
    return Thread.startVirtualThread(
        () -> {
          Random random = new Random(seed);
          try (Log log = new Log(KAFKA, topic, properties)) {
            if (transactions) log.producer().initTransactions();
            int n = 0;
            while (running.get()) {
              if (transactions) log.producer().beginTransaction();
              for (int i = 0; i < 200; i++) {
                String room = "room-" + random.nextInt(ROOMS);
                log.write(side.topology().partitionOf(room), room, "message " + n++);
              }
              log.producer().flush();
              // About as much as two cores can write, read twice and read again besides.
              LockSupport.parkNanos(5_000_000);
              if (!transactions) continue;
              if (random.nextInt(4) == 0) log.producer().abortTransaction();
              else log.producer().commitTransaction();
            }
          }
        });
  }

  private static List<ConsumerRecord<byte[], byte[]>> log(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", KAFKA, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }
}
