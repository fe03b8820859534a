package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.operator.ChatOperator;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A list of namespaces, some of which the operator may not see: it serves the others. */
@Tag("slow")
@RealApiServer.Required
@TestInstance(PER_CLASS)
class SightTest {
  private static final Logger ROOT = Logger.getLogger("");

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final Handler ear =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          log.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private Stage stage;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    stage = Stage.open(folder);
    stage.playPods();
  }

  @AfterAll
  void stop() {
    if (stage != null) stage.close();
  }

  @BeforeEach
  void listen() {
    log.clear();
    ended.clear();
    ROOT.addHandler(ear);
  }

  @AfterEach
  void listenNoMore() {
    ROOT.removeHandler(ear);
  }

  @Test
  void namespacesThatItMayNotSeeKeepItFromNoOtherAndAreServedOnceItMay() {
    stage.namespace("seen");
    stage.namespace("shut");
    var release =
        Release.install(
            stage, "seen", "watchNamespaces: [absent, seen, shut]", Set.of("absent", "shut"));
    try (var client = release.client();
        var operator = release.operator(client, "pod-1", ended::add)) {
      var early = new Chat(stage, "shut", "early").apply(1);
      operator.start();
      new Chat(stage, "seen", "one").apply(1).awaitReady();
      assertThat(operator.ready()).isTrue();

      release.createIn("shut");
      early.awaitReady();
      stage.namespace("absent");
      release.createIn("absent");
      new Chat(stage, "absent", "late").apply(1).awaitReady();
      new Chat(stage, "seen", "two").apply(1).awaitReady();

      for (String namespace : List.of("absent", "shut")) {
        assertThat(lines("namespace " + namespace + " is not served"))
            .singleElement()
            .asString()
            .contains("cannot list resource \"chatclusters\"", "helm upgrade");
        assertThat(lines("namespace " + namespace + " is served")).hasSize(1);
      }
      assertThat(lines("namespace seen")).isEmpty();
      assertThat(ended).isEmpty();
    }
  }

  @Test
  void aNamespaceWhoseRoleGoesAwayIsServedAgainWhenItIsBack() {
    stage.namespace("kept");
    stage.namespace("lost");
    var release = Release.install(stage, "kept", "watchNamespaces: [kept, lost]");
    try (var client = release.client();
        var operator = release.operator(client, "pod-1", ended::add)) {
      operator.start();
      var kept = new Chat(stage, "kept", "kept").apply(1).awaitReady();
      var lost = new Chat(stage, "lost", "lost").apply(1).awaitReady();

      takeRole(release, "lost");
      soon().untilAsserted(() -> assertThat(lines("namespace lost is not served")).hasSize(1));
      kept.edit("{consumer: {restartNonce: 1}}");
      lost.edit("{consumer: {restartNonce: 1}}");
      kept.awaitReady();
      assertThat(operator.live()).isTrue();
      assertThat(operator.ready()).isTrue();

      takeRole(release, "kept");
      soon().until(() -> !operator.ready());
      assertThat(operator.live()).isTrue();

      release.createIn("lost");
      lost.awaitReady();
      assertThat(operator.ready()).isTrue();
      assertThat(lines("namespace lost is not served")).hasSize(1);
      assertThat(ended).isEmpty();
    }
  }

  @Test
  void aNamespaceWhoseChildrenItMayNotSeeAnyMoreStopsNothingElse() throws IOException {
    stage.namespace("east");
    stage.namespace("west");
    var release = Release.install(stage, "east", "watchNamespaces: [east, west]");
    try (var direct = release.client();
        var wire = new Wire(URI.create(stage.admin.getMasterUrl().toString()));
        var client = through(wire, direct);
        var operator = release.operator(client, "pod-1", ended::add)) {
      operator.start();
      var east = new Chat(stage, "east", "east").apply(1).awaitReady();
      var west = new Chat(stage, "west", "west").apply(1).awaitReady();

      Role whole = role(release, "west").get();
      role(release, "west").edit(SightTest::withoutPods);
      soon().until(() -> !seesPods(direct, "west"));
      // Watches that are open stay so.
      wire.cut();
      String told = "namespace west is not served: the operator cannot list resource \"pods\"";
      soon().untilAsserted(() -> assertThat(lines(told)).hasSize(1));
      west.soon(() -> assertThat(west.told("Forbidden", told)).isEqualTo(1));
      east.edit("{consumer: {restartNonce: 1}}");
      west.edit("{consumer: {restartNonce: 1}}");
      east.awaitReady();
      assertThat(operator.live()).isTrue();

      whole.getMetadata().setResourceVersion(null);
      stage.admin.resource(whole).update();
      west.awaitReady();
      assertThat(lines("namespace west is not served")).hasSize(1);
      assertThat(ended).isEmpty();
    }
  }

  @Test
  void withoutAnyNamespaceThatItMaySeeItEndsWithOneSentence() {
    stage.namespace("dark");
    var release =
        Release.install(stage, "dark", "watchNamespaces: [night, tomb]", Set.of("night", "tomb"));
    try (var client = release.client();
        ChatOperator operator = release.operator(client, "pod-1", ended::add)) {
      assertThatThrownBy(operator::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("list ChatClusters in namespace night, tomb: give its service");
    }
  }

  private static KubernetesClient through(Wire wire, KubernetesClient client) {
    var config = new ConfigBuilder(client.getConfiguration()).withMasterUrl(wire.url()).build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static boolean seesPods(KubernetesClient client, String namespace) {
    try {
      client.pods().inNamespace(namespace).list();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private static Role withoutPods(Role role) {
    role.getRules().removeIf(rule -> rule.getResources().equals(List.of("pods")));
    return role;
  }

  private Resource<Role> role(Release release, String namespace) {
    return stage.admin.rbac().roles().inNamespace(namespace).withName(release.name());
  }

  private void takeRole(Release release, String namespace) {
    stage.admin.rbac().roleBindings().inNamespace(namespace).withName(release.name()).delete();
    role(release, namespace).delete();
  }

  private List<String> lines(String beginning) {
    return log.stream().filter(line -> line != null && line.startsWith(beginning)).toList();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60));
  }
}
