package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Something that an operator does in its life. All of them together take every right that it has:
 * whoever gives it another one adds here what it is for.
 *
 * @param name at most 20 characters, for the ChatCluster that it is done with
 */
record Deed(String name, Act act) {

  /** Has it done with a ChatCluster that does not exist yet. */
  interface Act {
    void with(Chat chat) throws Exception;
  }

  static final List<Deed> ALL =
      List.of(
          new Deed("edited", Deed::edited),
          new Deed("scaled", Deed::scaled),
          new Deed("drifting", Deed::childrenEdited),
          new Deed("robbed", Deed::childrenDeleted),
          new Deed("hidden", Deed::childrenWithoutTheirLabel),
          new Deed("paused", Deed::paused),
          new Deed("entered", Deed::givenAnEntrance),
          new Deed("routed", Deed::givenRoutes),
          new Deed("secured", Deed::givenASecret),
          new Deed("wiped", Deed::deletedWithItsTopics));

  private static void edited(Chat chat) {
    chat.apply(2).awaitReady();
    chat.edit(
        "{consumer: {restartNonce: 1, rollout: {maxUnavailable: 2}}, template: {labels: {team:"
            + " red}}}");
    chat.awaitReady();
    assertThat(label(chat.clients().get(), "team")).isEqualTo("red");
    assertThat(label(chat.deployment(1).get(), "team")).isEqualTo("red");
  }

  private static void givenAnEntrance(Chat chat) {
    chat.apply(1, "listener: {ingress: {host: chat.example}}").awaitReady();
    chat.edit("{listener: {ingress: {host: other.example}}}");
    chat.awaitReady();
    chat.edit("{listener: {ingress: null}}");
    chat.awaitReady();
  }

  private static void givenRoutes(Chat chat) {
    chat.apply(1, "listener: {httpRoute: {parentRefs: [{name: gateway}], hostnames: [a.example]}}")
        .awaitReady();
    chat.edit("{listener: {httpRoute: {hostnames: [b.example]}}}");
    chat.awaitReady();
    // Routes are looked for by it when a round looks, and not watched.
    String label = "chatcluster.dev/cluster";
    chat.clientsRoute().edit(without(label));
    chat.edit("{listener: {httpRoute: {hostnames: [c.example]}}}");
    chat.soon(() -> assertThat(label(chat.clientsRoute().get(), label)).isEqualTo(chat.name()));
    chat.awaitReady();
    chat.edit("{listener: {httpRoute: null}}");
    chat.awaitReady();
  }

  private static void givenASecret(Chat chat) {
    chat.apply(1);
    chat.edit(
        "{kafka: {authentication: {type: plain, username: a, passwordSecret: {secretName: absent,"
            + " password: p}}}}");
    chat.awaitCondition("Ready", "False SecretNotFound");
  }

  private static void scaled(Chat chat) throws Exception {
    chat.apply(1, "rescale: {producerRefresh: 0s}").awaitReady();
    chat.resource().scale(2);
    chat.awaitReady();
    assertThat(chat.get().getStatus().epoch()).isEqualTo(1);
    chat.resource().scale(1);
    chat.soon(() -> assertThat(chat.get().getStatus().epoch()).isEqualTo(2));
    routersPass(chat);
    chat.soon(() -> assertThat(chat.deployment(1).get()).isNull());
    chat.soon(() -> assertThat(chat.service(1).get()).isNull());
    chat.awaitReady();
  }

  private static void childrenEdited(Chat chat) {
    chat.apply(1).awaitReady();
    chat.deployment(0)
        .edit(
            d -> {
              d.getSpec().setReplicas(7);
              return d;
            });
    chat.clients()
        .edit(
            s -> {
              s.getSpec().getPorts().getFirst().setPort(81);
              return s;
            });
    chat.soon(() -> assertThat(chat.deployment(0).get().getSpec().getReplicas()).isEqualTo(1));
    chat.soon(
        () ->
            assertThat(chat.clients().get().getSpec().getPorts().getFirst().getPort())
                .isEqualTo(8080));
    chat.awaitReady();
  }

  /** More than once, so that the Event is counted and not written anew. */
  private static void childrenDeleted(Chat chat) {
    chat.apply(1).awaitReady();
    String told = "Service/" + chat.name() + "-clients was deleted";
    for (int times = 1; times <= 3; times++) {
      int expected = times;
      chat.deleteAndAwaitAnother(chat.clients());
      chat.soon(() -> assertThat(chat.told("DriftCorrected", told)).isEqualTo(expected));
      chat.awaitReady();
    }
    chat.deleteAndAwaitAnother(chat.deployment(0));
    chat.awaitReady();
  }

  /** The operator does not see them any more, and finds them where it wants to create them. */
  private static void childrenWithoutTheirLabel(Chat chat) {
    String label = "app.kubernetes.io/managed-by";
    chat.apply(1, "listener: {ingress: {host: chat.example}}").awaitReady();
    chat.budget().edit(without(label));
    chat.ingress().edit(without(label));
    chat.clients().edit(without(label));
    chat.deployment(0).edit(without(label));
    for (Resource<? extends HasMetadata> child :
        List.of(chat.budget(), chat.ingress(), chat.clients(), chat.deployment(0)))
      chat.soon(() -> assertThat(label(child.get(), label)).isEqualTo("chat-operator"));
    chat.awaitReady();
  }

  private static void paused(Chat chat) {
    chat.apply(1).awaitReady();
    chat.edit("{paused: true}");
    chat.awaitCondition("Paused", "True");
    chat.deployment(0)
        .edit(
            d -> {
              d.getSpec().setReplicas(3);
              return d;
            });
    chat.awaitCondition("Ready", "False Paused");
    chat.edit("{paused: false}");
    chat.soon(() -> assertThat(chat.deployment(0).get().getSpec().getReplicas()).isEqualTo(1));
    chat.awaitReady();
  }

  private static void deletedWithItsTopics(Chat chat) throws Exception {
    chat.apply(1).awaitReady();
    chat.edit("{topic: {deletionPolicy: Delete}}");
    chat.soon(() -> assertThat(chat.get().getFinalizers()).isNotEmpty());
    chat.edit("{topic: {deletionPolicy: Retain}}");
    chat.soon(() -> assertThat(chat.get().getFinalizers()).isEmpty());
    chat.edit("{topic: {deletionPolicy: Delete}}");
    chat.soon(() -> assertThat(chat.get().getFinalizers()).isNotEmpty());
    chat.awaitReady();
    chat.delete();
    try (Admin kafka = Admin.create(Map.of("bootstrap.servers", chat.stage().brokers))) {
      chat.soon(() -> assertThat(kafka.listTopics().names().get()).doesNotContain(chat.name()));
    }
  }

  private static String label(HasMetadata object, String name) {
    return object.getMetadata().getLabels().get(name);
  }

  private static <R extends HasMetadata> UnaryOperator<R> without(String label) {
    return object -> {
      object.getMetadata().getLabels().remove(label);
      return object;
    };
  }

  /** What the pods' routers would do: nothing that is in the topic waits any more. */
  private static void routersPass(Chat chat) throws InterruptedException, ExecutionException {
    String topic = chat.name();
    try (Admin kafka = Admin.create(Map.of("bootstrap.servers", chat.stage().brokers))) {
      int partitions =
          kafka.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int p = 0; p < partitions; p++)
        ends.put(new TopicPartition(topic, p), OffsetSpec.latest());
      Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
      kafka
          .listOffsets(ends)
          .all()
          .get()
          .forEach((p, end) -> passed.put(p, new OffsetAndMetadata(end.offset())));
      kafka.alterConsumerGroupOffsets(Names.routerGroup(topic), passed).all().get();
    }
  }
}
