package dev.chatcluster.consumer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.Cutter;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.send.TopicLimit;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** The live reading and the routers of one pod together. */
class StrayDeliveryTest {
  private static final String KAFKA = Broker.address();

  @Test
  void listenersHearEveryRoomInOrderWhateverTheCountWhileProducersKeepToTheirPartition()
      throws Exception {
    String topic = Broker.topic(3);
    ConsumerConfig config = KafkaSide.config(KAFKA, topic);
    List<String> fatal = new CopyOnWriteArrayList<>();
    try (Admin admin = Broker.admin();
        Loop loop = new Loop();
        Log log = new Log(KAFKA, topic);
        KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Cutter cutter = new Cutter(topic, side.control())) {
      RouterPositions positions = new RouterPositions(admin, topic);
      Routers routers =
          new Routers(
              new RouterSetup(
                  topic,
                  "test",
                  config.kafka(),
                  new RoomSource.Key(),
                  positions,
                  side.seen(),
                  new TopicLimit(admin, topic),
                  new RouterMetrics(new SimpleMeterRegistry())),
              new Own.All(),
              side.control(),
              (sentence, error) -> fatal.add(sentence + error));
      routers.start();
      Map<String, Listener> listeners = new LinkedHashMap<>();
      for (int i = 0; i < 12; i++) {
        listeners.put("r" + i, loop.join(side.rooms(), "r" + i, new From.Now()));
      }
      for (Listener each : listeners.values()) await().until(each::isLive);
      Thread rescales =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int count : new int[] {5, 2, 4}) cutter.rescale(count);
                  });
      int written = 0;
      while (rescales.isAlive() || written < 100) {
        int path = 0;
        for (String room : listeners.keySet()) log.write(path++ % 3, room, "m" + written);
        written++;
        Thread.sleep(5);
      }
      List<String> expected = IntStream.range(0, written).mapToObj(i -> "m" + i).toList();
      for (Listener each : listeners.values()) {
        await().untilAsserted(() -> assertThat(each.texts()).isEqualTo(expected));
      }
      for (int p = 0; p < 5; p++) {
        int partition = p;
        long end = positions.end(partition).join();
        await().until(() -> positions.committed(partition).join().orElse(-1L) >= end);
      }
      routers.close(Duration.ofSeconds(5));
    }
    assertThat(fatal).as("what ended a thread").isEmpty();
  }
}
