package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The program that people use, which can do what the library cannot: roll back. CHATCLUSTER_HELM
 * names it, or it is on the PATH.
 *
 * @param folder for what it writes, and where its kubeconfig is
 */
record HelmBinary(Path folder) {
  private static final String NAMED = "CHATCLUSTER_HELM";
  private static final String INSISTS = "CHATCLUSTER_REQUIRE_HELM";

  /** Tests that are skipped where it is not, unless CHATCLUSTER_REQUIRE_HELM=1 insists on them. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(Found.class)
  @interface Required {}

  static final class Found implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return file().isPresent() || "1".equals(System.getenv(INSISTS))
          ? ConditionEvaluationResult.enabled("")
          : ConditionEvaluationResult.disabled(
              "no helm on the PATH, and none named by the variable " + NAMED);
    }
  }

  /** What it did. */
  record Outcome(int exitCode, String text) {}

  static HelmBinary with(Path folder, String kubeconfig) throws IOException {
    Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    return new HelmBinary(folder);
  }

  private static Optional<Path> file() {
    String named = System.getenv(NAMED);
    return named != null
        ? Optional.of(Path.of(named))
        : Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "helm"))
            .filter(Files::isExecutable)
            .findFirst();
  }

  /** Runs it, and returns what it says; it must succeed. */
  String run(String... arguments) {
    Outcome outcome = attempt(arguments);
    assertThat(outcome.exitCode())
        .as("helm %s: %s", String.join(" ", arguments), outcome.text())
        .isZero();
    return outcome.text();
  }

  /** Runs it, whatever comes of it. */
  Outcome attempt(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(file().orElseThrow(() -> new AssertionError("no helm on the PATH")).toString());
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    try {
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      // Nothing of whoever runs the test.
      builder.environment().keySet().removeIf(name -> name.startsWith("HELM_"));
      builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
      for (String each : List.of("CACHE", "CONFIG", "DATA"))
        builder.environment().put("HELM_" + each + "_HOME", folder.resolve(each).toString());
      Process process = builder.start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + Files.readString(output));
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new AssertionError(command.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command.toString(), e);
    }
  }
}
