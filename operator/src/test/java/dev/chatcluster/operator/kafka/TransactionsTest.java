package dev.chatcluster.operator.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionsTest {
  private static final Duration LONG = Duration.ofMillis(50);
  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void allThatAskForFrozenTransactionsShareALookWhichAFenceOutdates(@TempDir Path folder)
      throws Exception {
    try (EmbeddedKafka broker = EmbeddedKafka.start(folder);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        Kafka kafka = new Kafka(broker.bootstrapServers(), Map.of());
        KafkaProducer<byte[], byte[]> frozen = producer(broker)) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
      frozen.initTransactions();
      frozen.beginTransaction();
      frozen.send(new ProducerRecord<>("t", new byte[1])).get();

      Transactions transactions = new Transactions(kafka, counting(admin));
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(transactions.openFor(LONG)).containsExactly("frozen"));
      // Fewer than one each, however slow this machine is.
      int before = looks.get();
      Callable<List<String>> ask = () -> transactions.openFor(LONG);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<List<String>> asked : threads.invokeAll(Collections.nCopies(100, ask)))
          assertThat(asked.get()).containsExactly("frozen");
      }
      assertThat(looks.get() - before).isLessThan(50);

      transactions.fence(List.of("frozen"));
      assertThat(transactions.openFor(LONG)).isEmpty();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "frozen"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private Admin counting(Admin admin) {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (_, method, arguments) -> {
              if (method.getName().equals("listTransactions")) looks.incrementAndGet();
              try {
                return method.invoke(admin, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
