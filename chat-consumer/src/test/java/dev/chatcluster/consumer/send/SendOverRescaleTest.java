package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.Cutter;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.WholeLog;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.consumer.router.RouterPositions;
import dev.chatcluster.consumer.router.RouterProgress;
import dev.chatcluster.consumer.router.RouterSetup;
import dev.chatcluster.consumer.router.Routers;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendOverRescaleTest {
  private static final String KAFKA = Broker.address();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> fatal = new CopyOnWriteArrayList<>();
  private final String topic = Broker.topic(3);
  private final Admin admin = open(Broker.admin());
  private final Loop loop = open(new Loop());
  private final ConsumerConfig config = KafkaSide.config(KAFKA, topic);
  private final ControlLog control =
      open(new ControlLog(config, admin, (sentence, error) -> fatal.add(sentence + error)));
  private final RouterPositions positions = new RouterPositions(admin, topic);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SendMetrics metrics = new SendMetrics(registry);
  private Routers routers;

  SendOverRescaleTest() {
    control.start();
    control.first().join();
    routers =
        new Routers(
            new RouterSetup(
                topic,
                "test",
                config.kafka(),
                new RoomSource.Key(),
                positions,
                new Seen(),
                new TopicLimit(admin, topic),
                new RouterMetrics(registry)),
            new Own.All(),
            control,
            (sentence, error) -> fatal.add(sentence + error));
    open(() -> routers.close(Duration.ofSeconds(5)));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) each.close();
    assertThat(fatal).as("what ended a thread").isEmpty();
  }

  private <T extends AutoCloseable> T open(T opened) {
    open.add(opened);
    return opened;
  }

  private Sender sender(Supplier<Topology> topology) {
    Sender sender =
        new Sender(
            topic,
            "test",
            config.kafka(),
            new TopicLimit(admin, topic),
            new RoomSource.Key(),
            1_000,
            topology,
            Optional::empty,
            new RouterProgress(positions, routers::committed, control::catchUp),
            metrics);
    sender.start();
    open(() -> sender.close(Duration.ofSeconds(1)));
    return sender;
  }

  private static Outgoing message(String room, String body, String key, String afterAck) {
    return new Outgoing(room, body.getBytes(StandardCharsets.UTF_8), List.of(), key, afterAck);
  }

  private static Outgoing message(String room, String body) {
    return message(room, body, null, null);
  }

  /** A room that is in another partition of two than of three. */
  private String moving() {
    var partitioning = control.topology().current().partitioning();
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "room-" + i)
        .filter(room -> partitioning.partition(room, 2) != partitioning.partition(room, 3))
        .findFirst()
        .orElseThrow();
  }

  private List<String> log(String room) {
    return WholeLog.read(topic, control.catchUp().join()).of(room);
  }

  @Test
  void withoutItsAckAClientThatComesOverAnotherPodWaitsForWhatASlowPodAcknowledged() {
    Topology old = control.topology();
    String room = moving();
    TestPath slow = new TestPath(loop, sender(() -> old));
    slow.send(message(room, "m"));
    await().until(() -> slow.acks().size() == 1);
    open(new Cutter(topic, control)).rescale(2);
    // A pod that has not heard of the rescale acknowledges on the old path.
    slow.send(message(room, "m0"));
    await().until(() -> slow.acks().size() == 2);
    TestPath next = new TestPath(loop, sender(control::topology));
    next.send(message(room, "m1"));
    next.send(message("another", "x"));
    await().until(() -> registry.get("chat.sends.holding").gauge().value() == 1);
    await().during(Duration.ofSeconds(1)).until(() -> next.acks().isEmpty());
    routers.start();
    await().until(() -> next.acks().size() == 2);
    assertThat(log(room)).containsExactly("m", "m0", "m1");
    assertThat(next.order()).isSorted();
  }

  @Test
  void withItsAckItNeedNotWaitAndComesBehind() {
    Topology old = control.topology();
    String room = moving();
    TestPath slow = new TestPath(loop, sender(() -> old));
    slow.send(message(room, "m"));
    await().until(() -> slow.acks().size() == 1);
    open(new Cutter(topic, control)).rescale(2);
    slow.send(message(room, "m0"));
    await().until(() -> slow.acks().size() == 2);
    TestPath next = new TestPath(loop, sender(control::topology));
    next.send(message(room, "m1", null, slow.acks().getLast()));
    // No router runs yet.
    await().until(() -> next.acks().size() == 1);
    routers.start();
    await().until(() -> log(room).size() == 3);
    next.send(message(room, "m2"));
    await().until(() -> next.acks().size() == 2);
    await().untilAsserted(() -> assertThat(log(room)).containsExactly("m", "m0", "m1", "m2"));
  }

  @Test
  void anAckThatCannotBeIsTakenAsNoneAndCounted() {
    routers.start();
    TestPath path = new TestPath(loop, sender(control::topology));
    path.send(message("a", "m0", null, "a1.AAAAAAAA.0.5"));
    path.send(message("b", "m1", null, "nonsense"));
    await().until(() -> path.acks().size() == 2);
    assertThat(registry.get("chat.sends.bad.ack").counter().count()).isEqualTo(2);
  }

  @Test
  void aRetryAfterARescaleIsTheFirstSendingStill() {
    String room = moving();
    routers.start();
    Sender sender = sender(control::topology);
    TestPath first = new TestPath(loop, sender);
    first.send(message(room, "m0", "key", null));
    await().until(() -> first.acks().size() == 1);
    open(new Cutter(topic, control)).rescale(2);
    TestPath second = new TestPath(loop, sender);
    second.send(message(room, "m0", "key", null));
    second.send(message(room, "m1"));
    await().until(() -> second.acks().size() == 2);
    assertThat(second.acks().getFirst()).isEqualTo(first.acks().getFirst());
    assertThat(log(room)).containsExactly("m0", "m1");
  }

  @Test
  void aSessionsOrderHoldsOverRescalesUnderLoad() throws Exception {
    routers.start();
    Sender sender = sender(control::topology);
    List<String> rooms = IntStream.range(0, 10).mapToObj(i -> "r" + i).toList();
    List<TestPath> paths = rooms.stream().map(room -> new TestPath(loop, sender)).toList();
    Cutter cutter = open(new Cutter(topic, control));
    Thread rescales =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int count : new int[] {5, 2, 4, 1}) cutter.rescale(count);
                });
    int sent = 0;
    while (rescales.isAlive()) {
      for (int i = 0; i < rooms.size(); i++) paths.get(i).send(message(rooms.get(i), "m" + sent));
      sent++;
      Thread.sleep(5);
    }
    int all = sent;
    for (TestPath each : paths) await().until(() -> each.acks().size() == all);
    List<String> expected = IntStream.range(0, all).mapToObj(i -> "m" + i).toList();
    for (String room : rooms) {
      await().untilAsserted(() -> assertThat(log(room)).as(room).isEqualTo(expected));
    }
    assertThat(control.topology().epochs()).hasSize(5);
  }
}
