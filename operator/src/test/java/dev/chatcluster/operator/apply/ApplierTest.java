package dev.chatcluster.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator deletes that was stopped after it had looked. */
@Tag("slow")
@RealApiServer.Required
class ApplierTest {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: c-partition-1, namespace: chat}
      spec: {ports: [{port: 80}]}
      """;

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: c-partition-1, namespace: chat}
      spec:
        selector: {matchLabels: {a: b}}
        template:
          metadata: {labels: {a: b}}
          spec: {containers: [{name: c, image: i}]}
      """;

  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: c-partition-1, namespace: chat}
      spec: {hostnames: [a.example]}
      """;

  private RealApiServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server = RealApiServer.start();
    client = server.client();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("chat").endMetadata().build())
        .create();
    client.resource(RealApiServer.httpRoutes()).create();
    server.awaitServed(RealApiServer.httpRoutes());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static List<String> kinds() {
    return List.of(SERVICE, DEPLOYMENT, ROUTE);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void onlyWhatIsStillAsItIsKnownIsDeleted(String yaml) {
    Resource<HasMetadata> there = client.resource(yaml);
    HasMetadata used = there.create();
    client.resource(yaml).edit(ApplierTest::changed);
    assertThat(remove(used)).isEmpty();
    assertThat(there.get()).as("used again").isNotNull();

    there.delete();
    HasMetadata another = there.create();
    assertThat(remove(used)).isEmpty();
    assertThat(there.get().getMetadata().getUid())
        .as("another of the same name")
        .isEqualTo(another.getMetadata().getUid());

    assertThat(remove(another)).contains(another);
    assertThat(there.get()).isNull();
    assertThat(remove(another)).as("gone already").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatSomebodyDeletesMeanwhileIsNoRefusal(String yaml) {
    HasMetadata known = client.resource(owned(yaml, "former")).create();
    client.resource(known).delete();
    Applier<HasMetadata> applier = new Applier<>(client, new Stale(known));
    assertThat(applier.apply(owned(yaml, "now"), 1).change()).isEqualTo(Applied.Change.NONE);
    assertThat(client.resource(known).get()).isNull();
  }

  private HasMetadata owned(String yaml, String hash) {
    HasMetadata object = client.resource(yaml).item();
    object.getMetadata().setLabels(Map.of("a", "b"));
    object.getMetadata().setAnnotations(Map.of(Labels.SPEC_HASH, hash));
    object
        .getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("ConfigMap")
                    .withName("owner")
                    .withUid("1-2")
                    .withController(true)
                    .build()));
    return object;
  }

  private static HasMetadata changed(HasMetadata object) {
    object.getMetadata().setAnnotations(Map.of("used", "again"));
    return object;
  }

  /** By an operator that knows it as it was. */
  private Optional<HasMetadata> remove(HasMetadata known) {
    return new Applier<>(client, new Stale(known)).remove(ResourceID.fromResource(known), 1);
  }

  private record Stale(HasMetadata object) implements Applier.Known<HasMetadata> {
    @Override
    public Optional<HasMetadata> get(ResourceID id) {
      return Optional.of(object);
    }

    @Override
    public void created(ResourceID id, HasMetadata made) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void updated(ResourceID id, HasMetadata made, HasMetadata before) {
      throw new UnsupportedOperationException();
    }
  }
}
