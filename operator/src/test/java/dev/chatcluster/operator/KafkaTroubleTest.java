package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KafkaTroubleTest {
  private static final Pattern UNDER_WAY =
      Pattern.compile("(?m)^operator_sdk_reconciliations_executions_chatcluster\\S* 1.0$");

  @TempDir Path folder;
  MockApi api;
  World world;

  @BeforeEach
  void start() {
    api = new MockApi();
    world = new World(api.client());
  }

  @AfterEach
  void stop() {
    world.close();
    api.close();
  }

  @Test
  void changesNothingAnyMoreOnceItIsToldToStopInTheMiddleOfALook() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      world.apply(cluster("told", 3, kafka.bootstrapServers()));
      world.awaitReady("told", "Starting");
      world.podsCome("told-partition-0", "told-partition-1", "told-partition-2");
      world.awaitReady("told", "Ready");
      kafka.stop();
      world.change(cluster("told", 3, kafka.bootstrapServers(), "template: {labels: {a: b}}"));
      await().atMost(SOON).until(() -> UNDER_WAY.matcher(world.metrics()).find());
      api.takeRequests();
      world.close();
      assertThat(api.takeRequests())
          .noneMatch(request -> request.matches("(POST|PUT|PATCH|DELETE) .*"));
      world = new World(api.client());
    }
  }

  @Test
  void waitsForAKafkaThatIsAwayAndKeepsWhatRuns() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      String brokers = kafka.bootstrapServers();
      kafka.stop();
      world.apply(cluster("away", 2, brokers));
      assertThat(world.awaitReady("away", "KafkaUnreachable"))
          .contains("Kafka at " + brokers + " does not answer");
      assertThat(world.names(Deployment.class)).isEmpty();
      kafka.start();
      world.awaitReady("away", "Starting");
      world.podsCome("away-partition-0", "away-partition-1");
      world.awaitReady("away", "Ready");

      kafka.stop();
      world.change(cluster("away", 2, brokers, "template: {labels: {a: b}}"));
      world.awaitReady("away", "KafkaUnreachable");
      assertThat(world.get("away").getStatus().partitions()).isEqualTo(2);
      assertThat(world.get("away").getStatus().readyPartitions()).isEqualTo(2);
      world.service("away-clients").delete();
      await().atMost(SOON).until(() -> world.service("away-clients").get() != null);
      kafka.start();
      await()
          .atMost(SOON)
          .until(() -> world.condition("away", "TopicReady").getStatus().equals("True"));
      world.awaitEvent("Resolved");
    }
  }

  @Test
  void oneChatClusterWithoutKafkaHoldsUpNoOther() throws Exception {
    List<ServerSocket> silent = new ArrayList<>();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      for (int i = 0; i < 12; i++) {
        silent.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        world.apply(cluster("nowhere" + i, 1, address(silent.getLast())));
      }
      long before = System.nanoTime();
      world.apply(cluster("here", 1, kafka.bootstrapServers()));
      world.awaitReady("here", "Starting");
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .as("behind the others it would wait for 12 times 5 s")
          .isLessThan(Duration.ofSeconds(30));
      assertThat(world.awaitReady("nowhere3", "KafkaUnreachable")).contains(address(silent.get(3)));
    } finally {
      for (ServerSocket each : silent) each.close();
    }
  }

  @Test
  void whoComesWhileKafkaIsToldThatAnotherIsGoneKeepsItsConnection() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    world.close();
    world = new World(api.client(), now::get);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String brokers = kafka.bootstrapServers();
      world.apply(cluster("going", 1, brokers));
      world.awaitReady("going", "Starting");
      world.change(cluster("going", 1, address(silent)));
      world.awaitReady("going", "KafkaUnreachable");
      world.resource("going").delete();
      await().atMost(SOON).until(KafkaTroubleTest::isTelling);
      world.apply(cluster("coming", 1, brokers));
      world.awaitReady("coming", "Starting");
      world.podsCome("coming-partition-0");
      world.awaitReady("coming", "Ready");
      await().atMost(SOON).until(() -> !isTelling() && !UNDER_WAY.matcher(world.metrics()).find());
      try (var producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", brokers),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        producer.send(new ProducerRecord<>("coming", 0, null, new byte[] {1})).get();
      }
      // It goes on to look how far the routers are.
      await()
          .atMost(SOON)
          .until(
              () -> {
                now.updateAndGet(at -> at.plusSeconds(10));
                return Long.valueOf(1).equals(world.get("coming").getStatus().strayLag());
              });
    }
  }

  @Test
  void whatTheUserWantsOfProducersKeepsNoLogFromBeginning() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      String wanted =
          "kafka: {bootstrapServers: \"%s\", config: {linger.ms: \"3000\"}}"
              .formatted(kafka.bootstrapServers());
      world.apply(cluster("lingering", 1, "", wanted));
      world.awaitReady("lingering", "Starting");
    }
  }

  private static boolean isTelling() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(
            frame ->
                frame.getMethodName().equals("release")
                    && frame.getClassName().endsWith("TopicStep"));
  }

  private static String address(ServerSocket socket) {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  @Test
  void callsAHostThatDoesNotResolveUnreachable() {
    world.apply(cluster("unknown", 1, "no-such-host.invalid:9092"));
    assertThat(world.awaitReady("unknown", "KafkaUnreachable")).contains("no-such-host.invalid");
  }

  @Test
  void namesAWrongPropertyOfKafkasClient() {
    world.apply(
        cluster(
            "property",
            1,
            "",
            "kafka: {bootstrapServers: \"127.0.0.1:1\", config: {security.protocol: SOMETHING}}"));
    assertThat(world.awaitReady("property", "InvalidSpec"))
        .startsWith("spec.kafka.config security.protocol is SOMETHING: it must be one of");
  }

  @Test
  void namesWrongCredentialsAndMissingAclsAndHealsByItself() throws Exception {
    KafkaOptions options = KafkaOptions.DEFAULT.withUser("operator", "right").withAcls();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, options);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.adminBootstrapServers()))) {
      String kafkaLine =
          "kafka: {bootstrapServers: \""
              + kafka.bootstrapServers()
              + "\", config: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: SCRAM-SHA-512,"
              + " sasl.jaas.config: 'org.apache.kafka.common.security.scram.ScramLoginModule"
              + " required username=\"operator\" password=\"later\";'}}";
      world.apply(cluster("secured", 1, "", kafkaLine));
      assertThat(world.awaitReady("secured", "AuthenticationFailed"))
          .contains("does not accept the credentials")
          .doesNotContain("later");

      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      "operator",
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                      "later")))
          .all()
          .get();
      assertThat(world.awaitReady("secured", "AuthorizationFailed"))
          .contains("does not allow Describe on Topic secured.control", "add an ACL");

      allow(admin, ResourceType.TOPIC, "secured.control", AclOperation.DESCRIBE);
      allow(admin, ResourceType.TOPIC, "secured", AclOperation.DESCRIBE);
      await()
          .atMost(SOON)
          .until(
              () -> world.condition("secured", "Ready").getMessage().contains("Create on Topic"));
      allow(admin, ResourceType.TOPIC, "secured", AclOperation.ALL);
      allow(admin, ResourceType.TOPIC, "secured.control", AclOperation.ALL);
      allow(admin, ResourceType.GROUP, "secured.router", AclOperation.DESCRIBE);
      world.awaitReady("secured", "Starting");
      assertThat(world.awaitCondition("secured", "Warning", "StraysUnknown"))
          .contains("Describe on Group secured.delivery");
      assertThat(
              world
                  .deployment("secured-partition-0")
                  .get()
                  .getSpec()
                  .getTemplate()
                  .getSpec()
                  .getContainers()
                  .getFirst()
                  .getEnv())
          .anySatisfy(e -> assertThat(e.getName()).isEqualTo("CHAT_KAFKA_CONFIG"));

      // A cut needs more; what is missing is named, one after another.
      String two = "rescale: {producerRefresh: 0s}";
      world.change(cluster("secured", 2, "", kafkaLine, two));
      await().atMost(SOON).until(() -> world.deployment("secured-partition-1").get() != null);
      world.podsCome("secured-partition-1");
      assertThat(world.awaitReady("secured", "RescaleBlocked"))
          .contains("the change from 1 to 2 partitions becomes epoch 1", "are fenced")
          .contains("Write on TransactionalId secured.router.");
      String uid = world.get("secured").getStatus().logId();
      for (int p = 0; p < 2; p++) {
        String id = "secured.router." + uid + "." + p;
        allow(admin, ResourceType.TRANSACTIONAL_ID, id, AclOperation.ALL);
      }
      await()
          .atMost(SOON)
          .until(
              () ->
                  world
                      .condition("secured", "Ready")
                      .getMessage()
                      .contains("Read on Group secured.router"));
      allow(admin, ResourceType.GROUP, "secured.router", AclOperation.READ);
      await().atMost(SOON).until(() -> world.get("secured").getStatus().epoch() == 1);

      deny(admin, "secured.control", AclOperation.ALTER_CONFIGS);
      ConfigResource control = new ConfigResource(ConfigResource.Type.TOPIC, "secured.control");
      ConfigEntry day = new ConfigEntry("retention.ms", "86400000");
      admin
          .incrementalAlterConfigs(
              Map.of(control, List.of(new AlterConfigOp(day, AlterConfigOp.OpType.SET))))
          .all()
          .get();
      allow(admin, ResourceType.GROUP, "secured.delivery", AclOperation.DESCRIBE);
      world.change(cluster("secured", 2, "", kafkaLine, two, "template: {labels: {a: b}}"));
      assertThat(world.awaitCondition("secured", "Warning", "ControlTopicExpires"))
          .contains("set retention.ms=-1 there", "AlterConfigs on Topic secured.control");

      // No router passes the barriers, and what holds it up may not be looked at.
      deny(admin, "secured", AclOperation.READ);
      world.awaitEvent("TransactionLeftOpen");
      await()
          .during(Duration.ofSeconds(4))
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(world.events("TransactionLeftOpen"))
                      .singleElement()
                      .satisfies(event -> assertThat(event.getCount()).isEqualTo(1)));
    }
  }

  private static void deny(Admin admin, String topic, AclOperation operation) throws Exception {
    admin
        .createAcls(
            List.of(
                new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                    new AccessControlEntry(
                        "User:operator", "*", operation, AclPermissionType.DENY))))
        .all()
        .get();
  }

  private static void allow(Admin admin, ResourceType type, String name, AclOperation operation)
      throws Exception {
    admin
        .createAcls(
            List.of(
                new AclBinding(
                    new ResourcePattern(type, name, PatternType.LITERAL),
                    new AccessControlEntry(
                        "User:operator", "*", operation, AclPermissionType.ALLOW))))
        .all()
        .get();
  }
}
