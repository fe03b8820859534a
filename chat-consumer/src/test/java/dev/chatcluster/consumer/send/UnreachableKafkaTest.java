package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.consumer.router.RouterPositions;
import dev.chatcluster.consumer.router.RouterProgress;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UnreachableKafkaTest {
  private static final String NOWHERE = "127.0.0.1:1";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Topology TOPOLOGY =
      Topology.of(
          ControlState.EMPTY.apply(
              new EpochPublished(
                  new LogId("uid", "topic-id"), Epoch.first(1, Partitioning.KAFKA_DEFAULT))),
          1);
  private static final Outgoing EMPTY = new Outgoing("a", new byte[0], List.of(), null);

  private static Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            NOWHERE,
            "default.api.timeout.ms",
            1_000,
            "request.timeout.ms",
            1_000));
  }

  private static Sender start(Admin admin, RoomSource source, long allBytes) {
    return start(admin, source, allBytes, CompletableFuture.completedFuture(TOPOLOGY));
  }

  private static Sender start(
      Admin admin, RoomSource source, long allBytes, CompletableFuture<Topology> caughtUp) {
    Sender sender =
        new Sender(
            "t",
            "test",
            KafkaSide.config(NOWHERE, "t").kafka(),
            new TopicLimit(admin, "t"),
            source,
            1_000,
            () -> TOPOLOGY,
            Optional::empty,
            new RouterProgress(
                new RouterPositions(admin, "t"), p -> OptionalLong.empty(), () -> caughtUp),
            new SendMetrics(new SimpleMeterRegistry()),
            PATIENCE,
            allBytes);
    sender.start();
    return sender;
  }

  @Test
  @Tag("slow")
  void everySessionHasItsAnswerInTimeHoweverManyWait() {
    try (Admin admin = admin();
        Loop loop = new Loop()) {
      Sender sender = start(admin, new RoomSource.Key(), 1 << 20);
      List<TestPath> sessions =
          Stream.generate(() -> new TestPath(loop, sender)).limit(20).toList();
      long before = System.nanoTime();
      for (TestPath each : sessions) each.send(EMPTY);
      for (TestPath each : sessions) {
        await().until(() -> each.failures().size() == 1);
        assertThat(each.failures().getFirst()).startsWith("retry:");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .as("one after the other it would be 60 s")
          .isBetween(PATIENCE.minusMillis(100), PATIENCE.multipliedBy(10));
      sender.close(Duration.ofSeconds(1));
    }
  }

  @Test
  void whoWaitsForRoutersHasItsAnswerBeforeThoseWhoCameLater() {
    try (Admin admin = admin();
        Loop loop = new Loop()) {
      Sender sender = start(admin, new RoomSource.Key(), 1 << 20, new CompletableFuture<>());
      List<String> failed = new CopyOnWriteArrayList<>();
      String ack = new Ack(TOPOLOGY.fingerprint(), 0, 1).toString();
      Sends.Path waits = sender.open(loop::execute);
      Sends.Path goes = sender.open(loop::execute);
      loop.run(() -> waits.send(EMPTY, failing(() -> failed.add("waits"))));
      loop.run(
          () ->
              goes.send(
                  new Outgoing("a", new byte[0], List.of(), null, ack),
                  failing(() -> failed.add("goes"))));
      await().until(() -> failed.size() == 2);
      assertThat(failed).containsExactly("waits", "goes");
      sender.close(Duration.ofSeconds(1));
    }
  }

  private static SendAnswer failing(Runnable failed) {
    return new SendAnswer() {
      @Override
      public void acknowledged(String ack) {
        throw new AssertionError("there is no Kafka");
      }

      @Override
      public void failed(String sentence, boolean retry) {
        failed.run();
      }
    };
  }

  /** Every message is answered at once here, with a refusal: it has no room in its body. */
  @Test
  void aPathThatFindsItsRoomTakenByOthersIsCalledAgain() {
    try (Admin admin = admin()) {
      Sender sender = start(admin, new RoomSource.Json("/room"), 2_000);
      Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
      Sends.Path greedy = sender.open(loop::add);
      Sends.Path patient = sender.open(loop::add);
      AtomicBoolean called = new AtomicBoolean();
      crowd(greedy);
      patient.whenRoom(() -> called.set(true));
      await().until(() -> loop.size() == 10);
      for (int i = 0; i < 10; i++) loop.remove().run();
      assertThat(loop).as("the call of the patient path").hasSize(1);
      Runnable call = loop.remove();
      crowd(greedy);
      call.run();
      assertThat(called).isFalse();
      await().until(() -> loop.size() == 10);
      while (!loop.isEmpty()) loop.remove().run();
      assertThat(called).isTrue();
      sender.close(Duration.ofSeconds(1));
    }
  }

  private static void crowd(Sends.Path path) {
    for (int i = 0; i < 10; i++) {
      path.send(
          EMPTY,
          new SendAnswer() {
            @Override
            public void acknowledged(String ack) {
              throw new AssertionError("there is no Kafka");
            }

            @Override
            public void failed(String sentence, boolean retry) {
              assertThat(retry).isFalse();
            }
          });
    }
  }
}
