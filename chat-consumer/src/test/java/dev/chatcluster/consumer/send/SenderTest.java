package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.router.RouterPositions;
import dev.chatcluster.consumer.router.RouterProgress;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class SenderTest {
  private static final String KAFKA = Broker.address();

  private static Outgoing message(String room, String body, String key) {
    return new Outgoing(room, body.getBytes(StandardCharsets.UTF_8), List.of(), key);
  }

  private static Listener live(Loop loop, KafkaSide side, String room) {
    Listener listener = loop.join(side.rooms(), room, new From.Now());
    await().until(listener::isLive);
    return listener;
  }

  @Test
  void aSessionsMessagesAreAcknowledgedOnceTheyAreInTheLogInItsOrder() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a");
      TestPath path = new TestPath(loop, side.sends());
      for (int i = 0; i < 2_000; i++) path.send(message("a", "m" + i, null));
      await().until(() -> path.acks().size() == 2_000);
      assertThat(path.acks()).doesNotHaveDuplicates();
      assertThat(path.order()).isSorted();
      List<String> all = IntStream.range(0, 2_000).mapToObj(i -> "m" + i).toList();
      await().untilAsserted(() -> assertThat(listener.texts()).isEqualTo(all));
      assertThat(path.inFlight()).isZero();
    }
  }

  @Test
  void aFullPathSaysSoAndCallsWhenThereIsRoom() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Loop loop = new Loop()) {
      TestPath path = new TestPath(loop, side.sends());
      int untilFull = path.sendUntilFull(message("a", "x".repeat(10_000), null));
      assertThat(untilFull).isBetween(1, 300);
      await().until(path::roomWasOffered);
      await().until(() -> path.acks().size() == untilFull);
    }
  }

  @Test
  void pathsThatCrowdEachOtherOutAllComeToTheirEnd() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Admin admin = Broker.admin();
        Loop loop = new Loop()) {
      Sender sender =
          new Sender(
              topic,
              "crowded",
              KafkaSide.config(KAFKA, topic).kafka(),
              new TopicLimit(admin, topic),
              new RoomSource.Key(),
              1_000,
              side::topology,
              Optional::empty,
              new RouterProgress(
                  new RouterPositions(admin, topic),
                  p -> OptionalLong.empty(),
                  () -> CompletableFuture.completedFuture(side.topology())),
              new SendMetrics(new SimpleMeterRegistry()),
              Sender.PATIENCE,
              2_000);
      sender.start();
      List<TestPath> paths = Stream.generate(() -> new TestPath(loop, sender)).limit(8).toList();
      for (TestPath each : paths) each.sendAsThereIsRoom(message("a", "x", null), 100);
      for (TestPath each : paths) await().until(() -> each.acks().size() == 100);
      sender.close(Duration.ofSeconds(1));
    }
  }

  /** Looking after those who wait takes 60 ms at least here, and is due every 5. */
  @Test
  void manyWhoWaitForRoutersLeaveTheOthersHalfOfTheTime() {
    String topic = Broker.topic(1);
    AtomicInteger tries = new AtomicInteger();
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Admin admin = Broker.admin();
        Loop loop = new Loop()) {
      Sender sender =
          new Sender(
              topic,
              "waiting",
              KafkaSide.config(KAFKA, topic).kafka(),
              new TopicLimit(admin, topic),
              new RoomSource.Json("/room"),
              1_000,
              side::topology,
              () -> {
                tries.incrementAndGet();
                LockSupport.parkNanos(1_000_000);
                return Optional.empty();
              },
              new NeverRouted(),
              new SendMetrics(new SimpleMeterRegistry()),
              Sender.PATIENCE,
              1 << 20);
      sender.start();
      for (int i = 0; i < 60; i++) {
        new TestPath(loop, sender).send(message("a", "{\"room\":\"a\"}", null));
      }
      await().until(() -> tries.get() > 60);
      int before = tries.get();
      TestPath path = new TestPath(loop, sender);
      for (int i = 0; i < 100; i++) path.send(message("a", "in no room", null));
      await().until(() -> path.failures().size() == 100);
      // One look for each message would be 6,000.
      assertThat(tries.get() - before).isLessThan(2_000);
      sender.close(Duration.ZERO);
    }
  }

  @Test
  void aLookThatWaitedForKafkaPutsTheNextOneOffForASecondAtMost() {
    long began = System.nanoTime();
    for (int seconds : new int[] {5, 30}) {
      long ended = began + Duration.ofSeconds(seconds).toNanos();
      assertThat(Sender.nextLook(began, ended) - ended).isEqualTo(1_000_000_000);
    }
  }

  private static final class NeverRouted implements Routed {
    @Override
    public boolean passed(int partition, long offset) {
      return false;
    }

    @Override
    public CompletableFuture<Long> endFromNow(int partition) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<Topology> topologyFromNow() {
      return new CompletableFuture<>();
    }
  }

  @Test
  void headersAndKeyComeBackOnTheMessage() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a");
      TestPath path = new TestPath(loop, side.sends());
      path.send(
          new Outgoing(
              "a", new byte[0], List.of(new MessageHeader("content-type", "x/y")), "key-1"));
      await().until(() -> listener.entries().size() == 1);
      assertThat(listener.entries().getFirst().value()).isEmpty();
      assertThat(listener.entries().getFirst().headers())
          .containsExactly(
              new MessageHeader("content-type", "x/y"),
              new MessageHeader("idempotency-key", "key-1"));
    }
  }

  @Test
  void aRetryIsAnsweredWithTheFirstAcknowledgementAndNotWrittenAgain() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a");
      TestPath first = new TestPath(loop, side.sends());
      first.send(message("a", "m0", "key-1"));
      // Before and after the answer, from another session.
      TestPath second = new TestPath(loop, side.sends());
      second.send(message("a", "m0", "key-1"));
      await().until(() -> first.acks().size() == 1 && second.acks().size() == 1);
      second.send(message("a", "m0", "key-1"));
      await().until(() -> second.acks().size() == 2);
      assertThat(second.acks()).containsOnly(first.acks().getFirst());
      second.send(message("a", "another body", "key-1"));
      second.send(message("b", "m0", "key-1"));
      second.send(message("a", "m0", "key-2"));
      await().until(() -> second.acks().size() == 5);
      await()
          .untilAsserted(
              () -> assertThat(listener.texts()).containsExactly("m0", "another body", "m0"));
      assertThat(side.meter("chat.sends.repeated")).isEqualTo(2);
    }
  }

  @Test
  void aBodyOfAnotherRoomFailsForGoodAndTheNextMessageGoesThrough() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_ROOMS_SOURCE", "Json:/roomId");
        Loop loop = new Loop()) {
      TestPath path = new TestPath(loop, side.sends());
      path.send(message("7", "{\"roomId\":8}", null));
      path.send(message("7", "{\"roomId\":7}", null));
      await().until(() -> path.acks().size() == 1);
      assertThat(path.failures())
          .singleElement()
          .satisfies(f -> assertThat(f).startsWith("for good:").contains("\"8\"", "\"7\""));
    }
  }

  @Test
  void aMessageThatTheTopicDoesNotTakeFailsForGoodAndNamesTheLimit() {
    String topic = Broker.topic(1, Map.of("max.message.bytes", "20000"));
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Loop loop = new Loop()) {
      TestPath path = new TestPath(loop, side.sends());
      path.send(message("a", "x".repeat(50_000), null));
      path.send(message("a", "small", null));
      await().until(() -> path.acks().size() == 1);
      assertThat(path.failures())
          .singleElement()
          .satisfies(
              f -> assertThat(f).startsWith("for good:").contains("50000", "max.message.bytes"));
    }
  }
}
