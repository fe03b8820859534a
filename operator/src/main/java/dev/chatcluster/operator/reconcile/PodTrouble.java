package dev.chatcluster.operator.reconcile;

import dev.chatcluster.operator.status.Reason;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a pod does not come up, in words that stay the same while it lasts.
 *
 * @param message the end of a sentence about the pod
 */
record PodTrouble(Reason reason, String message) {
  private static final int LONGEST = 500;

  /** What kubelets and runtimes put before the reason, naming the image again and again. */
  private static final Pattern AROUND_A_REASON =
      Pattern.compile(
          "^((Back-off pulling image|[Ff]ailed to (pull|pull and unpack|resolve)( image| reference)?)"
              + " \"[^\"]*\"(: |$)|(ErrImagePull|ImagePullBackOff): |rpc error: code = \\w+ desc = )+");

  /** The port that a request to a registry came from, another one each time. */
  private static final Pattern OWN_PORT = Pattern.compile("\\S+->");

  /**
   * What is wrong with {@code pod}; empty when nothing is.
   *
   * @param imageFrom where its own image is named
   */
  static Optional<PodTrouble> of(Pod pod, String imageFrom) {
    if (pod.getStatus() == null || pod.isMarkedForDeletion()) return Optional.empty();
    for (ContainerStatus container : containers(pod)) {
      if (container.getState() == null) continue;
      if (endedAgain(container)) {
        String said = ending(container, container.getState().getTerminated());
        return Optional.of(new PodTrouble(Reason.CRASH_LOOP_BACK_OFF, said));
      }
      if (container.getState().getWaiting() == null) continue;
      String waiting = container.getState().getWaiting().getReason();
      String said = container.getState().getWaiting().getMessage();
      switch (waiting == null ? "" : waiting) {
        case "CrashLoopBackOff" -> {
          return Optional.of(
              new PodTrouble(Reason.CRASH_LOOP_BACK_OFF, ending(container, last(container))));
        }
        // Kubernetes alternates between these two.
        case "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName" -> {
          return Optional.of(
              new PodTrouble(
                  Reason.IMAGE_PULL_BACK_OFF,
                  "the image "
                      + container.getImage()
                      + " cannot be pulled; check "
                      + (ours(container) ? imageFrom : "spec.consumer.podTemplate")
                      + notPulled(said)));
        }
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError" -> {
          return Optional.of(
              new PodTrouble(
                  Reason.CONTAINER_CANNOT_START,
                  "its container "
                      + container.getName()
                      + " cannot be started: "
                      + shortened(said)));
        }
        default -> {
          // ContainerCreating, PodInitializing: on its way.
        }
      }
    }
    return pod.getStatus().getConditions().stream()
        .filter(c -> "PodScheduled".equals(c.getType()) && "Unschedulable".equals(c.getReason()))
        .map(PodCondition::getMessage)
        .findFirst()
        .map(
            m ->
                new PodTrouble(
                    Reason.UNSCHEDULABLE,
                    "no node takes it; add nodes, lower spec.consumer.resources.requests, or correct"
                        + " nodeSelector, affinity and tolerations of spec.consumer.podTemplate: "
                        + shortened(m)));
  }

  /** Why a pod on its way is not ready, the end of a sentence; empty when it is, or has ended. */
  static Optional<String> unready(Pod pod) {
    if (pod.getStatus() == null || pod.isMarkedForDeletion()) return Optional.empty();
    for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
      if (container.getState() == null) continue;
      if (container.getState().getWaiting() != null) {
        return Optional.of(
            "its container "
                + container.getName()
                + " is not made yet; a Secret or a volume that it mounts may be missing: kubectl"
                + " describe that pod");
      }
      boolean runs = container.getState().getRunning() != null;
      if (!runs || Boolean.TRUE.equals(container.getReady())) continue;
      return Optional.of(
          ours(container)
              ? "its check /health/ready does not pass; what it waits for is in its log"
              : "the readiness check of its container " + container.getName() + " does not pass");
    }
    return pod.getStatus().getConditions().stream()
        .filter(c -> "Ready".equals(c.getType()) && "ReadinessGatesNotReady".equals(c.getReason()))
        .map(c -> "a readiness gate is not met: " + shortened(c.getMessage()))
        .findFirst();
  }

  private static List<ContainerStatus> containers(Pod pod) {
    List<ContainerStatus> containers = new ArrayList<>(pod.getStatus().getInitContainerStatuses());
    containers.addAll(pod.getStatus().getContainerStatuses());
    return containers;
  }

  private static String notPulled(String said) {
    if (said == null) return "";
    String line = OWN_PORT.matcher(said.strip().replaceAll("\\s+", " ")).replaceAll("");
    String reason = AROUND_A_REASON.matcher(line).replaceFirst("");
    return reason.isEmpty() ? "" : ": " + shortened(reason);
  }

  private static boolean ours(ContainerStatus container) {
    return "consumer".equals(container.getName());
  }

  /** Between its end and the wait before the next try, which Kubernetes shows for a moment. */
  private static boolean endedAgain(ContainerStatus container) {
    ContainerStateTerminated ended = container.getState().getTerminated();
    return ended != null
        && !Integer.valueOf(0).equals(ended.getExitCode())
        && container.getRestartCount() != null
        && container.getRestartCount() > 0;
  }

  private static ContainerStateTerminated last(ContainerStatus container) {
    return container.getLastState() == null ? null : container.getLastState().getTerminated();
  }

  private static String ending(ContainerStatus container, ContainerStateTerminated last) {
    String whose = ours(container) ? "its process" : "its container " + container.getName();
    if (last == null) return whose + " ends again and again";
    boolean outOfMemory = "OOMKilled".equals(last.getReason());
    String remedy =
        ours(container)
            ? " (out of memory: raise spec.consumer.resources.limits.memory)"
            : " (out of memory)";
    return whose
        + " ends again and again, last with exit code "
        + last.getExitCode()
        + (outOfMemory ? remedy : "")
        + (last.getMessage() == null ? "" : ": " + shortened(last.getMessage()));
  }

  private static String shortened(String message) {
    String text = message == null ? "" : message.strip();
    return text.length() > LONGEST ? "…" + text.substring(text.length() - LONGEST) : text;
  }
}
