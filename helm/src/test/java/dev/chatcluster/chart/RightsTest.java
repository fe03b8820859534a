package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.operator.ChatOperator;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The chart's roles beside all that the operator asks of a real API server in its life, as its
 * audit log has it: nothing is refused, and no right is there that was not needed.
 */
@Tag("slow")
@RealApiServer.Required
@TestInstance(PER_CLASS)
class RightsTest {
  /** Rights that no request shows, and why they are there all the same. */
  private static final Map<String, String> NEVER_ASKED_FOR =
      Map.of(
          "chatclusters/finalizers.chatcluster.dev update",
          "OwnerReferencesPermissionEnforcement looks whether it is there when a child is created;"
              + " without it none is, as another test shows");

  /** Asked for only when somebody else was faster, which is a matter of moments. */
  private static final Set<String> NOT_ALWAYS_ASKED_FOR =
      Set.of("chatclusters.chatcluster.dev get");

  /** What may be watched. */
  enum Mode {
    ONE("[one]", "one"),
    LIST("[list-a, list-b]", "list-a", "list-b"),
    ALL("[]", "anywhere");

    private final String watchNamespaces;
    private final List<String> chats;

    Mode(String watchNamespaces, String... chats) {
      this.watchNamespaces = watchNamespaces;
      this.chats = List.of(chats);
    }

    String release() {
      return name().toLowerCase();
    }
  }

  private AuditLog audit;
  private Stage stage;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    audit = new AuditLog(folder);
    List<String> flags = new ArrayList<>(audit.flags());
    // As on OpenShift.
    flags.add("--enable-admission-plugins=OwnerReferencesPermissionEnforcement");
    stage = Stage.open(folder, flags.toArray(String[]::new));
    stage.playPods();
    // The API server looks for new kinds of owners every 30 s only.
    await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(this::knowsTheOwner);
  }

  private boolean knowsTheOwner() {
    var owned =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("owned")
            .withNamespace("default")
            .addNewOwnerReference()
            .withApiVersion("chatcluster.dev/v1")
            .withKind("ChatCluster")
            .withName("owner")
            .withUid("owner")
            .withBlockOwnerDeletion(true)
            .endOwnerReference()
            .endMetadata()
            .build();
    return stage.admin.resource(owned).dryRun().create() != null;
  }

  @AfterAll
  void stop() {
    if (stage != null) stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void theRolesGiveWhatTheOperatorAsksForInItsLifeAndNothingElse(Mode mode) throws Exception {
    Stream.concat(Stream.of(mode.release()), mode.chats.stream())
        .distinct()
        .forEach(stage::namespace);
    var release =
        Release.install(stage, mode.release(), "watchNamespaces: " + mode.watchNamespaces);
    live(release, mode.chats);

    List<Right> given = release.rights();
    assertThat(given).hasSizeGreaterThan(20);
    // The log's last lines may follow the answers.
    soon()
        .untilAsserted(
            () ->
                assertThat(Right.idle(given, audit.requestsOf(release.user())))
                    .as("rights that nothing took: take them out of the chart, or add a Deed")
                    .allMatch(
                        right ->
                            NEVER_ASKED_FOR.containsKey(right.what())
                                || NOT_ALWAYS_ASKED_FOR.contains(right.what())));
    var requests = audit.requestsOf(release.user());
    assertThat(requests).filteredOn(Request::refused).as("what the chart does not allow").isEmpty();
    assertThat(Right.idle(given, requests))
        .extracting(Right::what)
        .as("rights with a reason of their own, which must be needed no more than that")
        .containsAll(NEVER_ASKED_FOR.keySet());
  }

  /** All deeds, in each of the namespaces; then another operator takes over. */
  private void live(Release release, List<String> namespaces) throws Exception {
    List<String> ended = new CopyOnWriteArrayList<>();
    try (var client = release.client();
        var standby = release.operator(client, "pod-2", ended::add)) {
      try (var operator = release.operator(client, "pod-1", ended::add)) {
        operator.start();
        soon().until(() -> leads(operator));
        standby.start();
        soon().until(standby::ready);
        List<Callable<Void>> deeds = new ArrayList<>();
        for (String namespace : namespaces)
          for (Deed deed : Deed.ALL)
            deeds.add(
                () -> {
                  deed.act().with(new Chat(stage, namespace, namespace + "-" + deed.name()));
                  return null;
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (Future<Void> done : threads.invokeAll(deeds)) done.get();
        }
        assertThat(leads(standby)).isFalse();
      }
      soon().until(() -> leads(standby));
      for (String namespace : namespaces)
        new Chat(stage, namespace, namespace + "-late").apply(1).awaitReady();
    }
    assertThat(ended).isEmpty();
  }

  /**
   * A right that an administrator has taken away.
   *
   * @param what as in {@link Right#what}
   * @param life until then
   * @param next for which it takes the right
   * @param told what the condition Ready says of it
   */
  record Loss(String what, Deed.Act life, Deed.Act next, String told) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Loss> losses() {
    Deed.Act nothing = chat -> {};
    Deed.Act creation = chat -> chat.apply(1);
    Deed.Act life = chat -> chat.apply(1).awaitReady();
    return List.of(
        new Loss(
            "deployments.apps update",
            life,
            chat -> chat.edit("{consumer: {restartNonce: 1}}"),
            "cannot update resource \"deployments\" in API group \"apps\""),
        new Loss(
            "deployments.apps create",
            nothing,
            creation,
            "cannot create resource \"deployments\" in API group \"apps\""),
        new Loss(
            "services create",
            nothing,
            creation,
            "cannot create resource \"services\" in API group \"\""),
        new Loss(
            "chatclusters.chatcluster.dev patch",
            life,
            chat -> chat.edit("{topic: {deletionPolicy: Delete}}"),
            "cannot patch resource \"chatclusters\" in API group \"chatcluster.dev\""),
        new Loss(
            "chatclusters/finalizers.chatcluster.dev update",
            nothing,
            creation,
            "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set"
                + " finalizers on"));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aRightThatWasTakenAwayIsNamedByTheStatusAndEndsNothing(Loss loss) throws Exception {
    String namespace = "loss-" + Integer.toHexString(loss.what.hashCode());
    stage.namespace(namespace);
    var release = Release.install(stage, namespace, "watchNamespaces: [" + namespace + "]");
    List<String> ended = new CopyOnWriteArrayList<>();
    try (var client = release.client();
        var operator = release.operator(client, "pod-1", ended::add)) {
      operator.start();
      soon().until(() -> leads(operator));
      var chat = new Chat(stage, namespace, namespace);
      loss.life.with(chat);

      take(release, loss.what);
      loss.next.with(chat);
      String ready = chat.awaitCondition("Ready", "False Forbidden");
      assertThat(ready)
          .contains(loss.told)
          .contains("give the operator's service account that right");
      double rounds = reconciliations(operator);
      soon().until(() -> reconciliations(operator) >= rounds + 2);
      assertThat(operator.live()).isTrue();
      assertThat(leads(operator)).isTrue();
      assertThat(ended).isEmpty();

      giveBack(release);
      chat.awaitReady();
    }
  }

  List<String> looks() {
    var role = Chart.render("watchNamespaces: [a]", stage.folder).get("Role a/chat-operator");
    return Right.of(role).stream()
        .filter(right -> right.verb().matches("list|watch"))
        .filter(right -> !right.group().equals("chatcluster.dev"))
        // Looked at when they are asked for only.
        .filter(right -> !right.resource().equals("httproutes"))
        .map(Right::what)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("looks")
  void withoutTheRightToLookAtSomethingItWaitsAndSaysForWhat(String what) throws Exception {
    String namespace = "blind-" + Integer.toHexString(what.hashCode());
    stage.namespace(namespace);
    var release = Release.install(stage, namespace, "watchNamespaces: [" + namespace + "]");
    Right taken = take(release, what);
    List<String> ended = new CopyOnWriteArrayList<>();
    try (var client = release.client();
        var operator = release.operator(client, "pod-1", ended::add)) {
      var chat = new Chat(stage, namespace, namespace).apply(1);
      operator.start();
      String told =
          "the operator cannot %s resource \"%s\" in API group \"%s\" in the namespace \"%s\""
              .formatted(taken.verb(), taken.resource(), taken.group(), namespace);
      chat.soon(() -> assertThat(chat.told("Forbidden", told)).isEqualTo(1));
      assertThat(operator.live()).isTrue();
      assertThat(operator.ready()).isFalse();
      assertThat(ended).isEmpty();

      giveBack(release);
      chat.awaitReady();
    }
  }

  @Test
  void withoutTheRightToWriteTheStatusOrEventsItServesOn() throws Exception {
    stage.namespace("mute");
    var release = Release.install(stage, "mute", "watchNamespaces: [mute]");
    List<String> ended = new CopyOnWriteArrayList<>();
    try (var client = release.client();
        var operator = release.operator(client, "pod-1", ended::add)) {
      operator.start();
      soon().until(() -> leads(operator));
      // A new one's topic is not created before the status names it.
      var chat = new Chat(stage, "mute", "mute").apply(1).awaitReady();
      take(release, "chatclusters/status.chatcluster.dev update");
      take(release, "events create");
      chat.deleteAndAwaitAnother(chat.deployment(0));
      assertThat(operator.live()).isTrue();
      assertThat(ended).isEmpty();

      giveBack(release);
      chat.awaitReady();
    }
  }

  private static boolean leads(ChatOperator operator) {
    return operator.metrics().contains("chat_operator_leader 1.0");
  }

  private static double reconciliations(ChatOperator operator) {
    return operator
        .metrics()
        .lines()
        .filter(line -> line.startsWith("operator_sdk_reconciliations_success_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private Resource<Role> role(Release release) {
    return stage.admin.rbac().roles().inNamespace(release.namespace()).withName(release.name());
  }

  private Right take(Release release, String what) {
    Right taken =
        release.rights().stream()
            .filter(right -> right.what().equals(what))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the chart has no right " + what));
    role(release)
        .edit(
            role -> {
              for (PolicyRule rule : role.getRules())
                if (rule.getResources().contains(taken.resource()))
                  rule.getVerbs().remove(taken.verb());
              role.getRules().removeIf(rule -> rule.getVerbs().isEmpty());
              return role;
            });
    soon().until(() -> !may(release, taken));
    return taken;
  }

  private void giveBack(Release release) {
    var whole = release.objects().get("Role " + release.namespace() + "/" + release.name());
    role(release)
        .edit(
            role -> {
              role.setRules(Serialization.unmarshal(whole.toString(), Role.class).getRules());
              return role;
            });
    soon().until(() -> Right.of(whole).stream().allMatch(right -> may(release, right)));
  }

  /** Whether the API server has heard of it. */
  private boolean may(Release release, Right right) {
    String[] parts = right.resource().split("/");
    ResourceAttributes attributes =
        new ResourceAttributesBuilder()
            .withNamespace(right.namespace())
            .withGroup(right.group())
            .withResource(parts[0])
            .withSubresource(parts.length > 1 ? parts[1] : null)
            .withVerb(right.verb())
            .build();
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(release.user())
            .withResourceAttributes(attributes)
            .endSpec()
            .build();
    return stage
        .admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40));
  }
}
