package dev.chatcluster.operator.reconcile;

import dev.chatcluster.operator.status.Reason;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Optional;

/**
 * Why a pod does not come up, in words that stay the same while it lasts.
 *
 * @param message the end of a sentence about the pod
 */
record PodTrouble(Reason reason, String message) {
  private static final int LONGEST = 500;

  static Optional<PodTrouble> of(Pod pod) {
    if (pod.getStatus() == null || pod.isMarkedForDeletion()) return Optional.empty();
    for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
      if (container.getState() == null || container.getState().getWaiting() == null) continue;
      String waiting = container.getState().getWaiting().getReason();
      String said = container.getState().getWaiting().getMessage();
      switch (waiting == null ? "" : waiting) {
        case "CrashLoopBackOff" -> {
          return Optional.of(new PodTrouble(Reason.CRASH_LOOP_BACK_OFF, ending(container)));
        }
        // Kubernetes alternates between these two.
        case "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName" -> {
          return Optional.of(
              new PodTrouble(
                  Reason.IMAGE_PULL_BACK_OFF,
                  "the image "
                      + container.getImage()
                      + " cannot be pulled: check spec.consumer.image"));
        }
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError" -> {
          return Optional.of(
              new PodTrouble(
                  Reason.CONTAINER_CANNOT_START,
                  "its container cannot be started: " + shortened(said)));
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
        .map(m -> new PodTrouble(Reason.UNSCHEDULABLE, "no node takes it: " + shortened(m)));
  }

  private static String ending(ContainerStatus container) {
    ContainerStateTerminated last =
        container.getLastState() == null ? null : container.getLastState().getTerminated();
    if (last == null) return "its process ends again and again";
    boolean outOfMemory = "OOMKilled".equals(last.getReason());
    return "its process ends again and again, last with exit code "
        + last.getExitCode()
        + (outOfMemory ? " (out of memory: raise spec.consumer.resources.limits.memory)" : "")
        + (last.getMessage() == null ? "" : ": " + shortened(last.getMessage()));
  }

  private static String shortened(String message) {
    String text = message == null ? "" : message.strip();
    return text.length() > LONGEST ? "…" + text.substring(text.length() - LONGEST) : text;
  }
}
