package dev.chatcluster.quickstart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.objects.GarbageCollector;
import dev.chatcluster.quickstart.objects.MergePatch;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With whatever stock kubectl is on the PATH. */
class KubectlTest {
  private static final String STUDYHUB =
      """
      apiVersion: chatcluster.dev/v1
      kind: ChatCluster
      metadata: {name: studyhub}
      spec:
        partitions: 3
        kafka: {bootstrapServers: "kafka:9092"}
      """;

  @TempDir Path folder;
  private Resources resources;
  private ApiServer server;
  private GarbageCollector collector;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "kubectl"))),
        "there is no kubectl on the PATH");
    resources = Fixtures.cluster();
    collector = new GarbageCollector(resources);
    Path log = Files.writeString(folder.resolve("log"), "one\ntwo\nthree\n");
    server = ApiServer.start(resources, (namespace, pod, before) -> Optional.of(log), 0);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      collector.close();
      server.close();
    }
  }

  private record Result(int code, String output) {}

  private Result kubectl(String... arguments) throws Exception {
    Process process = start(arguments);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends").isTrue();
    return new Result(process.exitValue(), Files.readString(folder.resolve("out")));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("kubectl", "--server", server.url()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("KUBECONFIG", folder.resolve("none").toString());
    return builder.start();
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("in.yaml"), yaml);
  }

  private Result apply(String yaml) throws Exception {
    return kubectl("apply", "-f", file(yaml).toString());
  }

  private void setStatus(String status) {
    ResourceType type = resources.types().byId("chatclusters.chatcluster.dev").orElseThrow();
    resources.updateStatus(
        type,
        type.key("default", "studyhub"),
        old -> MergePatch.apply(old, Fixtures.yaml("{status: " + status + "}")));
  }

  @Test
  void appliesWithValidationAndSeesThatNothingChanged() throws Exception {
    assertThat(apply(STUDYHUB).output()).contains("studyhub created");
    assertThat(apply(STUDYHUB).output()).contains("studyhub unchanged");
    assertThat(apply(STUDYHUB.replace("partitions: 3", "partitions: 4")).output())
        .contains("studyhub configured");
    assertThat(apply(STUDYHUB.replace("partitions", "partitons")))
        .satisfies(
            r -> {
              assertThat(r.code()).isNotZero();
              assertThat(r.output()).contains("unknown field \"spec.partitons\"");
            });
    assertThat(kubectl("apply", "--server-side", "-f", file(STUDYHUB).toString()).output())
        .contains("serverside-applied");
    assertThat(kubectl("diff", "-f", file(STUDYHUB).toString()).code()).isZero();
  }

  @Test
  void printsTheColumnsOfTheCrd() throws Exception {
    apply(STUDYHUB);
    setStatus("{readyPartitions: 2, epoch: 0, conditions: [" + condition("False", "Waits") + "]}");
    assertThat(kubectl("get", "chatclusters").output().lines().map(l -> l.split(" +")))
        .satisfiesExactly(
            head ->
                assertThat(head)
                    .containsExactly("NAME", "PARTITIONS", "READY", "EPOCH", "STATUS", "AGE"),
            row -> assertThat(row).startsWith("studyhub", "3", "2", "0", "Waits"));
    assertThat(kubectl("get", "chat", "studyhub", "-o", "jsonpath={.spec.partitions}").output())
        .isEqualTo("3");
    assertThat(kubectl("get", "all").output()).contains("chatcluster.chatcluster.dev/studyhub");
  }

  private static String condition(String status, String reason) {
    return "{type: Ready, status: '%s', reason: %s, message: '', lastTransitionTime: '2026-01-01T00:00:00Z'}"
        .formatted(status, reason);
  }

  @Test
  void describesExplainsAndScales() throws Exception {
    apply(STUDYHUB);
    assertThat(kubectl("describe", "chatcluster", "studyhub").output())
        .contains("Bootstrap Servers:  kafka:9092")
        .contains("Events:");
    assertThat(kubectl("explain", "chatcluster.spec.partitions").output())
        .contains("Number of partitions");
    assertThat(kubectl("scale", "chatcluster/studyhub", "--replicas=6").output())
        .contains("scaled");
    assertThat(kubectl("get", "chat", "studyhub", "-o", "jsonpath={.spec.partitions}").output())
        .isEqualTo("6");
    assertThat(kubectl("scale", "chatcluster/studyhub", "--replicas=0").output())
        .contains("spec.partitions: Invalid value: 0");
  }

  @Test
  void patchesEditsAndIsToldWhatCannotBe() throws Exception {
    apply(STUDYHUB);
    assertThat(
            kubectl(
                    "patch",
                    "chat",
                    "studyhub",
                    "--type=merge",
                    "-p",
                    "{\"spec\":{\"paused\":true}}")
                .output())
        .contains("patched");
    assertThat(
            kubectl(
                    "patch",
                    "chat",
                    "studyhub",
                    "--type=json",
                    "-p",
                    "[{\"op\":\"replace\",\"path\":\"/spec/rooms/partitioning\",\"value\":\"Jump\"}]")
                .output())
        .contains("spec.rooms.partitioning cannot be changed");
    Path editor =
        Files.writeString(
            folder.resolve("editor"), "#!/bin/sh\nsed -i 's/paused: true/paused: false/' \"$1\"\n");
    assertThat(editor.toFile().setExecutable(true)).isTrue();
    List<String> edit = List.of("edit", "chat", "studyhub");
    Process process = startWithEditor(editor, edit);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(kubectl("get", "chat", "studyhub", "-o", "jsonpath={.spec.paused}").output())
        .isEqualTo("false");
  }

  private Process startWithEditor(Path editor, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("kubectl", "--server", server.url()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("KUBE_EDITOR", editor.toString());
    builder.environment().put("HOME", folder.toString());
    return builder.start();
  }

  @Test
  void waitsForAConditionAndForDeletion() throws Exception {
    apply(STUDYHUB);
    Process waiting = start("wait", "--for=condition=Ready", "chat/studyhub", "--timeout=20s");
    setStatus("{conditions: [" + condition("True", "Ready") + "]}");
    assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).isZero();
    assertThat(kubectl("delete", "chat", "studyhub").output()).contains("deleted");
    assertThat(kubectl("get", "chat", "studyhub").output()).contains("NotFound");
  }

  @Test
  void watchesTables() throws Exception {
    apply(STUDYHUB);
    Process watching = start("get", "chat", "-w");
    try {
      Path out = folder.resolve("out");
      await().until(() -> Files.readString(out).contains("studyhub"));
      setStatus("{readyPartitions: 3, conditions: [" + condition("True", "AllWell") + "]}");
      await().until(() -> Files.readString(out).contains("AllWell"));
    } finally {
      watching.destroyForcibly().waitFor();
    }
  }

  @Test
  void changesDeploymentsByStrategicMerge() throws Exception {
    String deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: d}
        spec:
          selector: {matchLabels: {app: d}}
          template:
            metadata: {labels: {app: d}}
            spec:
              containers:
              - {name: a, image: "one:1", env: [{name: X, value: "1"}]}
              - {name: b, image: "two:1"}
        """;
    apply(deployment);
    assertThat(kubectl("set", "image", "deployment/d", "a=one:2").output()).contains("updated");
    assertThat(
            kubectl(
                    "get",
                    "deployment",
                    "d",
                    "-o",
                    "jsonpath={.spec.template.spec.containers[*].image}")
                .output())
        .isEqualTo("one:2 two:1");
    assertThat(kubectl("rollout", "restart", "deployment/d").output()).contains("restarted");
    assertThat(kubectl("scale", "deployment/d", "--replicas=2").output()).contains("scaled");
  }

  @Test
  void readsLogs() throws Exception {
    kubectl("create", "namespace", "other");
    apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec: {containers: [{name: c, image: "i:1"}]}
        """);
    assertThat(kubectl("logs", "p", "--tail=2").output()).isEqualTo("two\nthree\n");
  }
}
