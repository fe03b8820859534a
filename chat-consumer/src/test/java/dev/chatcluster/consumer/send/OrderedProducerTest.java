package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class OrderedProducerTest {
  @Test
  void aRecordThatIsGivenUpTakesAllBehindItAlong(@TempDir Path folder) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, KafkaOptions.DEFAULT.withNodes(3));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        Log log = new Log(kafka.bootstrapServers(), "t")) {
      NewTopic topic = new NewTopic("t", Map.of(0, List.of(1, 2)));
      topic.configs(Map.of("min.insync.replicas", "2"));
      admin.createTopics(List.of(topic)).all().get();
      OrderedProducer producer =
          new OrderedProducer(
              "t",
              "test",
              KafkaSide.config(kafka.bootstrapServers(), "t").kafka(),
              1000,
              Duration.ofMillis(1_500));
      // Kafka says "try again" until the replica is back, or somebody wants one replica less.
      kafka.stop(2);
      List<Optional<Exception>> answers = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 6; i++) {
        OrderedProducer.Answer answer = (at, error) -> answers.add(Optional.ofNullable(error));
        await()
            .until(
                () ->
                    producer.send(log.record(0, "a", "m"), answer)
                        instanceof OrderedProducer.Taken);
        // Each has a little longer to go than the one before it.
        Thread.sleep(400);
      }
      await().until(() -> !answers.isEmpty());
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, "t"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("min.insync.replicas", "1"), AlterConfigOp.OpType.SET))))
          .all()
          .get();
      await().until(() -> answers.size() == 6);
      assertThat(answers).allMatch(Optional::isPresent);
      List<Long> offsets = new CopyOnWriteArrayList<>();
      await()
          .until(
              () ->
                  producer.send(log.record(0, "a", "after"), (at, error) -> offsets.add(at))
                      instanceof OrderedProducer.Taken);
      await().until(() -> !offsets.isEmpty());
      // The leader may take the first before it knows that its replica is gone; no later one.
      assertThat(offsets).singleElement().satisfies(at -> assertThat(at).isLessThanOrEqualTo(1));
      producer.close(Duration.ofSeconds(1));
    }
  }
}
