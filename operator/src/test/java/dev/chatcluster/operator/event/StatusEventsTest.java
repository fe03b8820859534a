package dev.chatcluster.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.MockApi;
import dev.chatcluster.operator.status.Advice;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusEventsTest {
  private static final Advice STRAYS = new Advice("Strays", "first");
  private static final Advice REPLICAS = new Advice("ReplicasDiffer", "second");

  private final MockApi api = new MockApi();

  @AfterEach
  void close() {
    api.close();
  }

  private List<String> told(String before, String after, Advice... advice) {
    KubernetesSerialization yaml = new KubernetesSerialization();
    ChatCluster cluster =
        yaml.unmarshal(
            "apiVersion: chatcluster.dev/v1\nkind: ChatCluster\n"
                + "metadata: {name: studyhub, namespace: chat, uid: u}",
            ChatCluster.class);
    new StatusEvents(new Events(api.client(), InstantSource.system()))
        .tell(
            cluster,
            yaml.unmarshal(before, ChatClusterStatus.class),
            yaml.unmarshal(after, ChatClusterStatus.class),
            List.of(advice));
    return api.client().v1().events().inNamespace("chat").list().getItems().stream()
        .map(Event::getReason)
        .toList();
  }

  private static String warning(String reason, String message) {
    return "conditions: [{type: Warning, status: 'True', reason: %s, message: '%s'}]"
        .formatted(reason, message);
  }

  private static String rescaling(int epoch, String status, String reason) {
    return "epoch: %d\npartitions: 1\nconditions: [{type: Rescaling, status: '%s', reason: %s}]"
        .formatted(epoch, status, reason);
  }

  @Test
  void doesNotCallOverWhatAFullListHasNoRoomFor() {
    String down = problems(0, 20, "");
    String away = problems(0, 19, ", {object: Kafka/a, reason: KafkaUnreachable, message: m}");
    assertThat(told(down, away)).containsExactly("KafkaUnreachable");
  }

  @Test
  void callsNothingOverBecauseItsChatClusterIsDeleted() {
    String deleting = "conditions: [{type: Ready, status: 'False', reason: Deleting}]";
    assertThat(told(problems(0, 2, ""), deleting)).isEmpty();
    String away = problems(0, 0, "{object: Kafka/a, reason: KafkaUnreachable, message: m}");
    assertThat(told(away, deleting)).isEmpty();
  }

  @Test
  void tellsWhatIsOver() {
    assertThat(told(problems(0, 2, ""), problems(0, 1, ""))).containsExactly("PartitionUp");
  }

  private static String problems(int from, int to, String more) {
    return IntStream.range(from, to)
        .mapToObj(
            "{partition: %1$d, object: Deployment/d-%1$d, reason: PartitionDown, message: m}"
                ::formatted)
        .collect(Collectors.joining(", ", "problems: [", more + "]"));
  }

  @Test
  void tellsOfAWarningThatJoinsAnother() {
    String both = warning("Multiple", "Strays: first. ReplicasDiffer: second");
    assertThat(told(warning("Strays", "first"), both, STRAYS, REPLICAS))
        .containsExactly("ReplicasDiffer");
  }

  @Test
  void tellsOfAWarningThatJoinsSeveral() {
    String both = warning("Multiple", "Strays: first. ReplicasDiffer: second");
    String three = warning("Multiple", "Limit: third. Strays: first. ReplicasDiffer: second");
    assertThat(told(both, three, new Advice("Limit", "third"), STRAYS, REPLICAS))
        .containsExactly("Limit");
  }

  @Test
  void tellsNothingAgainOfAWarningThatIsLeft() {
    String both = warning("Multiple", "Strays: first. ReplicasDiffer: second");
    assertThat(told(both, warning("ReplicasDiffer", "second"), REPLICAS)).isEmpty();
    assertThat(told(both, both, STRAYS, REPLICAS)).isEmpty();
  }

  @Test
  void tellsAChangeThatWasTakenBackFromOneThatWasMade() {
    String preparing = rescaling(0, "True", "Preparing");
    assertThat(told(preparing, rescaling(0, "False", "NotRescaling")))
        .containsExactly("RescaleWithdrawn");
  }

  @Test
  void tellsThatAChangeIsMadeAlsoWhereNobodySawTheCut() {
    String preparing = rescaling(0, "True", "Preparing");
    assertThat(told(preparing, rescaling(1, "False", "NotRescaling")))
        .containsExactly("RescaleFinished");
  }
}
