package dev.chatcluster.operator.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.TopicConfig;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.Owner;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicRulesTest {
  private static ChatCluster cluster(String uid, int second, String brokers, String kafkaId) {
    ChatCluster cluster =
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: chatcluster.dev/v1
                kind: ChatCluster
                metadata:
                  {name: c-%s, namespace: n, uid: %s, creationTimestamp: "2026-01-01T00:00:%02dZ"}
                spec:
                  partitions: 2
                  kafka: {bootstrapServers: "%s"}
                  topic: {name: t, config: {retention.ms: "1"}}
                """
                    .formatted(uid, uid, second, brokers),
                ChatCluster.class);
    if (kafkaId != null) {
      cluster.setStatus(
          new ChatClusterStatus(
              null, null, null, null, null, null, kafkaId, null, null, null, null, null, List.of(),
              List.of()));
    }
    return cluster;
  }

  private static Optional<String> owner(ChatCluster cluster, ChatCluster... all) {
    return TopicRules.otherOwner(cluster, "K", Stream.of(all)).map(c -> c.getMetadata().getUid());
  }

  @Test
  void theOldestChatClusterOfATopicHasItAndTheSmallerUidAmongEquals() {
    ChatCluster a = cluster("a", 1, "k:1", "K");
    ChatCluster b = cluster("b", 1, "k:1", "K");
    ChatCluster old = cluster("z", 0, "k:1", "K");
    assertThat(owner(a, a, b)).isEmpty();
    assertThat(owner(b, a, b)).contains("a");
    assertThat(owner(a, a, b, old)).contains("z");
    assertThat(owner(old, a, b, old)).isEmpty();
  }

  @Test
  void aChatClusterThatHasTheLogAlreadyKeepsItFromAnOlderOne() {
    ChatCluster old = cluster("a", 0, "k:1", null);
    ChatCluster serving = cluster("b", 1, "k:1", "K");
    serving.setStatus(
        new ChatClusterStatus(
            null, null, null, null, 0, "log", "K", null, null, null, null, null, List.of(),
            List.of()));
    assertThat(owner(old, old, serving)).contains("b");
    assertThat(owner(serving, old, serving)).isEmpty();
  }

  private static final Set<String> ALL = Set.of("");

  @Test
  void anOwnerIsKnownToBeGoneOnlyWhereItWouldBeSeen() {
    ChatCluster mine = cluster("b", 2, "k:1", "K");
    Owner there = new Owner("a", "n", "c-a", "here");
    assertThat(keptFrom(mine, there, ALL)).isEmpty();
    assertThat(keptFrom(mine, there, Set.of("n"))).isEmpty();
    assertThat(keptFrom(mine, there, Set.of("other"))).contains(there);
    assertThat(keptFrom(mine, there, Set.of())).contains(there);
    // The keys of a Kubernetes cluster are replaced one after another.
    assertThat(keptFrom(mine, new Owner("a", "n", "c-a", "once,here"), ALL)).isEmpty();
    assertThat(keptFrom(mine, new Owner("a", "n", "c-a", "once,her"), ALL)).isPresent();
    Owner elsewhere = new Owner("a", "n", "c-a", "elsewhere");
    assertThat(keptFrom(mine, elsewhere, ALL)).contains(elsewhere);
    assertThat(keptFrom(mine, there, ALL, cluster("a", 1, "k:1", "K"))).contains(there);
    assertThat(keptFrom(mine, new Owner("b", "n", "c-b", "elsewhere"), ALL)).isEmpty();
    Owner unknown = new Owner("a", "n", "c-a", "");
    assertThat(
            TopicRules.keptFrom(
                mine,
                new Owned(4, Optional.of(unknown)),
                new Place(Set.of(), ALL),
                "K",
                List.of(mine)))
        .contains(unknown);
    mine.getMetadata().setAnnotations(Map.of("chatcluster.dev/take-topic-from", "a.4"));
    assertThat(keptFrom(mine, elsewhere, ALL)).isEmpty();
    mine.getMetadata().setAnnotations(Map.of("chatcluster.dev/take-topic-from", "a.2"));
    assertThat(keptFrom(mine, elsewhere, ALL)).contains(elsewhere);
  }

  @Test
  void aNamespaceThatComesOrGoesWhileAllAreReadIsNotSeen() {
    Place before = new Place(Set.of(), Set.of("stays", "goes"));
    assertThat(before.and(new Place(Set.of("here"), Set.of("stays", "comes"))))
        .isEqualTo(new Place(Set.of("here"), Set.of("stays")));
  }

  private static Optional<Owner> keptFrom(
      ChatCluster cluster, Owner owner, Set<String> namespaces, ChatCluster... others) {
    Place here = new Place(Set.of("here", "soon"), namespaces);
    return TopicRules.keptFrom(
        cluster, new Owned(4, Optional.of(owner)), here, "K", List.of(others));
  }

  @Test
  void aTopicOfTheSameNameInAnotherKafkaIsAnotherTopic() {
    ChatCluster mine = cluster("b", 2, "k:1", null);
    assertThat(owner(mine, mine, cluster("a", 1, "other:1", "L"))).isEmpty();
    assertThat(owner(mine, mine, cluster("a", 1, "other:1", "K"))).contains("a");
    assertThat(owner(mine, mine, cluster("a", 1, "k:1", null))).contains("a");
    assertThat(owner(mine, mine, cluster("a", 1, "k:2", null))).isEmpty();
  }

  @Test
  void aTopicOfOurOwnKeepsWhatTwoOfThreeBrokersHave() {
    ChatCluster cluster = cluster("a", 1, "k:1", null);
    assertThat(TopicRules.created(cluster, 1)).doesNotContainKey("min.insync.replicas");
    assertThat(TopicRules.created(cluster, 3))
        .containsEntry("min.insync.replicas", "2")
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "1")
        .containsEntry("max.message.bytes", "1114112");
    assertThat(ControlTopic.config(3))
        .containsEntry("min.insync.replicas", "2")
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1")
        .containsEntry("cleanup.policy", "delete");
  }

  @Test
  void aTopicIsTakenForGoneOnlyWhenALaterLookDoesNotFindItEither() {
    assertThat(gone("TopicNotFound", "Topic/t", 5)).isTrue();
    assertThat(gone("TopicNotFound", "Topic/t", 4)).isFalse();
    assertThat(gone("TopicNotFound", "Topic/t.control", 60)).isFalse();
    assertThat(gone("KafkaError", "Topic/t", 60)).isFalse();
    assertThat(gone("TopicDeleted", "Topic/t", 0)).as("said already").isTrue();
    assertThat(gone("ControlTopicLost", "Topic/t", 0)).as("said already").isTrue();
    assertThat(TopicRules.surelyGone("t", null, Instant.EPOCH)).isFalse();
  }

  private static boolean gone(String reason, String object, int seconds) {
    Instant since = Instant.parse("2026-01-01T00:00:00Z");
    Problem problem = new Problem(null, object, reason, "", since.toString());
    ChatClusterStatus status =
        new ChatClusterStatus(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(problem),
            List.of());
    return TopicRules.surelyGone("t", status, since.plusSeconds(seconds));
  }

  @Test
  void onlyWhatDiffersIsAltered() {
    assertThat(
            TopicConfig.toAlter(Map.of("a", "1", "b", "2"), Map.of("a", "1", "b", "3", "c", "4")))
        .containsExactly(Map.entry("b", "2"));
  }

  @Test
  void straysAreNamedByPartitionAndOthersMetadataIsLeftAlone() {
    Map<TopicPartition, OffsetAndMetadata> committed =
        Map.of(
            new TopicPartition("t", 0),
            new OffsetAndMetadata(1, "{\"v\":1,\"strays\":1,\"skipped\":0}"),
            new TopicPartition("t", 1),
            new OffsetAndMetadata(1, "somebody's note"),
            new TopicPartition("t", 2),
            new OffsetAndMetadata(1, "{\"v\":2,\"strays\":9}"),
            new TopicPartition("t", 3),
            new OffsetAndMetadata(1, "{\"v\":1,\"strays\":30,\"skipped\":0}"));
    assertThat(Strays.advice(committed, "t", "Modulo").orElseThrow().message())
        .startsWith("partition 0 has met 1 record, partition 3 has met 30 records whose room");
    assertThat(Strays.advice(Map.of(), "t", "Modulo")).isEmpty();
  }
}
