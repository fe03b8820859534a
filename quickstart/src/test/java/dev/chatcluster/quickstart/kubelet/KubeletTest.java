package dev.chatcluster.quickstart.kubelet;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.objects.GarbageCollector;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.MergePatch;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments, pods and real processes. */
@Tag("slow")
class KubeletTest {
  private static final int MOST_PODS = 3;

  @TempDir Path folder;
  private Path ready;
  private Path sick;
  private Resources resources;
  private Launcher launcher;
  private Kubelet kubelet;
  private DeploymentController controller;
  private GarbageCollector collector;

  @BeforeEach
  void start() throws IOException {
    ready = Files.createFile(folder.resolve("ready"));
    sick = folder.resolve("sick");
    resources = Fixtures.cluster();
    collector = new GarbageCollector(resources);
    launcher = new Launcher(folder.resolve("processes"));
    kubelet =
        new Kubelet(
            resources,
            KubeletTest::image,
            launcher,
            folder.resolve("logs"),
            Duration.ofSeconds(60),
            MOST_PODS);
    controller = new DeploymentController(resources);
  }

  @AfterEach
  void stop() throws IOException {
    controller.close();
    kubelet.close();
    collector.close();
    launcher.close();
  }

  private static Optional<Image> image(String name) {
    List<String> command =
        List.of(
            Launcher.java(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-cp",
            "target/test-classes",
            FakeContainer.class.getName());
    return name.startsWith("fake:")
        ? Optional.of(new Image(command, Map.of("main", "FAKE_PORT"), Map.of()))
        : Optional.empty();
  }

  private ObjectNode deploy(String image, String moreEnvironment) {
    return resources.create(
        ResourceTypes.DEPLOYMENTS,
        "default",
        yaml(
            """
            metadata: {name: fake}
            spec:
              selector: {matchLabels: {app: fake}}
              template:
                metadata: {labels: {app: fake}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: fake
                    image: "%s"
                    ports: [{name: main, containerPort: 80}]
                    env:
                    - {name: FAKE_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: FAKE_READY, value: "%s"}
                    - {name: FAKE_SICK, value: "%s"}
                    %s
                    startupProbe: {httpGet: {path: /started, port: main}, periodSeconds: 1, failureThreshold: 60}
                    readinessProbe: {httpGet: {path: /ready, port: main}, periodSeconds: 1, failureThreshold: 1}
                    livenessProbe: {httpGet: {path: /live, port: main}, periodSeconds: 1, failureThreshold: 2}
            """
                .formatted(image, ready, sick, moreEnvironment)),
        WriteOptions.plain());
  }

  private List<ObjectNode> pods() {
    return resources.store().list(ResourceTypes.PODS.id());
  }

  private JsonNode deployment() {
    return resources.store().get(ResourceTypes.DEPLOYMENTS.key("default", "fake")).orElseThrow();
  }

  private int readyReplicas() {
    return deployment().at("/status/readyReplicas").asInt();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60));
  }

  @Test
  void runsEachPodAndSaysWhenItIsReady() throws Exception {
    Files.delete(ready);
    deploy("fake:1", "");
    soon().until(() -> pods().size() == 1 && restartsOrState().equals("running"));
    assertThat(readyReplicas()).isZero();
    Files.createFile(ready);
    soon().until(() -> readyReplicas() == 1);
    assertThat(condition(deployment(), "Available")).isEqualTo("True");
    assertThat(Json.text(deployment(), "/status/observedGeneration")).isEqualTo("1");
    String name = Json.name(pods().getFirst());
    assertThat(kubelet.log("default", name, false))
        .hasValueSatisfying(
            log -> assertThat(log).content().contains("fake container with " + name));
    Files.delete(ready);
    soon().until(() -> readyReplicas() == 0);
    assertThat(condition(deployment(), "Available")).isEqualTo("False");
  }

  private String restartsOrState() {
    JsonNode state = pods().getFirst().at("/status/containerStatuses/0/state");
    return state.fieldNames().hasNext() ? state.fieldNames().next() : "";
  }

  private static String condition(JsonNode object, String type) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (Json.text(condition, "/type").equals(type)) {
        return Json.text(condition, "/status");
      }
    }
    return "";
  }

  @Test
  void restartsAKilledContainerAndRemembersHowItEnded() {
    deploy("fake:1", "");
    soon().until(() -> readyReplicas() == 1);
    kubelet.kill("default", Json.name(pods().getFirst()));
    soon().until(() -> readyReplicas() == 0);
    soon().until(() -> readyReplicas() == 1);
    JsonNode container = pods().getFirst().at("/status/containerStatuses/0");
    assertThat(container.path("restartCount").asInt()).isEqualTo(1);
    assertThat(container.at("/lastState/terminated/exitCode").asInt()).isEqualTo(137);
  }

  @Test
  void restartsAContainerThatDoesNotLive() throws Exception {
    deploy("fake:1", "");
    soon().until(() -> readyReplicas() == 1);
    Files.createFile(sick);
    soon().until(() -> readyReplicas() == 0);
    Files.delete(sick);
    soon().until(() -> readyReplicas() == 1);
    assertThat(pods().getFirst().at("/status/containerStatuses/0/restartCount").asInt())
        .isPositive();
  }

  @Test
  void backsOffFromAContainerThatEndsAgainAndAgainAndShowsItsLastWords() {
    deploy("fake:1", "- {name: FAKE_EXIT, value: '3'}");
    soon()
        .until(
            () ->
                pods().size() == 1
                    && Json.text(
                            pods().getFirst(), "/status/containerStatuses/0/state/waiting/reason")
                        .equals("CrashLoopBackOff"));
    JsonNode last = pods().getFirst().at("/status/containerStatuses/0/lastState/terminated");
    assertThat(last.path("exitCode").asInt()).isEqualTo(3);
    assertThat(last.path("message").asText()).contains("the end is near");
  }

  @Test
  void saysThatAnImageIsNotThere() {
    deploy("unknown:1", "");
    soon()
        .until(
            () ->
                pods().size() == 1
                    && Json.text(
                            pods().getFirst(), "/status/containerStatuses/0/state/waiting/reason")
                        .equals("ErrImagePull"));
  }

  @Test
  void killsAContainerThatDoesNotEndInItsGrace() {
    deploy("fake:1", "- {name: FAKE_STUBBORN, value: 'yes'}");
    soon().until(() -> readyReplicas() == 1);
    ObjectNode pod = pods().getFirst();
    resources.delete(
        ResourceTypes.PODS,
        ResourceTypes.PODS.key("default", Json.name(pod)),
        Json.object(),
        false);
    assertThat(Json.isBeingDeleted(pods().getFirst())).isTrue();
    soon().until(() -> pods().stream().noneMatch(p -> Json.uid(p).equals(Json.uid(pod))));
    soon().until(() -> readyReplicas() == 1);
  }

  @Test
  void bringsANewTemplateUpBeforeTheOldPodGoes() {
    deploy("fake:1", "");
    soon().until(() -> readyReplicas() == 1);
    String old = Json.name(pods().getFirst());
    resources.update(
        ResourceTypes.DEPLOYMENTS,
        ResourceTypes.DEPLOYMENTS.key("default", "fake"),
        Resources.Part.ALL_BUT_STATUS,
        d -> MergePatch.apply(d, yaml("spec: {template: {metadata: {labels: {v: '2'}}}}")),
        WriteOptions.plain());
    soon()
        .until(
            () -> {
              assertThat(readyReplicas()).isPositive();
              return pods().size() == 1 && !Json.name(pods().getFirst()).equals(old);
            });
    assertThat(pods().getFirst().at("/metadata/labels/v").asText()).isEqualTo("2");
  }

  @Test
  void leavesPodsUnscheduledThatHaveNoRoomUntilThereIsSome() {
    deploy("fake:1", "");
    resources.update(
        ResourceTypes.DEPLOYMENTS,
        ResourceTypes.DEPLOYMENTS.key("default", "fake"),
        Resources.Part.ALL_BUT_STATUS,
        d -> MergePatch.apply(d, yaml("spec: {replicas: 5}")),
        WriteOptions.plain());
    soon().until(() -> readyReplicas() == MOST_PODS && unscheduled().size() == 2);
    assertThat(unscheduled())
        .allSatisfy(
            pod -> {
              assertThat(pod.at("/spec/nodeName").isMissingNode()).isTrue();
              assertThat(Json.text(pod, "/status/conditions/0/message"))
                  .startsWith("0/1 nodes are available: 1 Too many pods.")
                  .endsWith("for 3");
            });

    List<String> waiting = unscheduled().stream().map(Json::uid).toList();
    ObjectNode goes = pods().stream().filter(Pods::isReady).findFirst().orElseThrow();
    resources.delete(
        ResourceTypes.PODS,
        ResourceTypes.PODS.key("default", Json.name(goes)),
        Json.object(),
        false);
    soon()
        .until(
            () ->
                pods().stream().filter(Pods::isReady).anyMatch(p -> waiting.contains(Json.uid(p))));
    assertThat(pods().stream().filter(p -> p.at("/spec").has("nodeName"))).hasSize(MOST_PODS);
  }

  private List<ObjectNode> unscheduled() {
    return pods().stream()
        .filter(p -> Json.text(p, "/status/conditions/0/reason").equals("Unschedulable"))
        .toList();
  }

  @Test
  void removesThePodsOfADeletedDeployment() {
    deploy("fake:1", "");
    soon().until(() -> readyReplicas() == 1);
    resources.delete(
        ResourceTypes.DEPLOYMENTS,
        ResourceTypes.DEPLOYMENTS.key("default", "fake"),
        Json.object(),
        false);
    soon().until(() -> pods().isEmpty());
  }

  @Test
  void killsAtItsStartWhatAKilledPredecessorLeft() throws Exception {
    Path record = folder.resolve("left");
    Process left = new ProcessBuilder("sleep", "600").start();
    try {
      long started = left.info().startInstant().orElseThrow().toEpochMilli();
      Files.writeString(record, left.pid() + " " + started + "\n" + left.pid() + " 12345\n");
      new Launcher(record).close();
      assertThat(left.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      left.destroyForcibly();
    }
  }
}
