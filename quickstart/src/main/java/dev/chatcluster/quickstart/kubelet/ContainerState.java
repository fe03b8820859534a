package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;

/** What a pod's container is doing; the names are those of a pod's status. */
sealed interface ContainerState {
  /** Not running, and why not. */
  record Waiting(String reason, String message) implements ContainerState {}

  /**
   * Running.
   *
   * @param started whether the startup probe has succeeded
   * @param ready whether the readiness probe succeeds
   */
  record Running(String startedAt, boolean started, boolean ready) implements ContainerState {}

  /**
   * Over.
   *
   * @param message the end of the log of a container that failed, else empty
   */
  record Terminated(
      int exitCode, String reason, String message, String startedAt, String finishedAt)
      implements ContainerState {}

  /** As it stands in {@code state} and {@code lastState}. */
  default ObjectNode toJson() {
    ObjectNode state = Json.object();
    switch (this) {
      case Waiting(String reason, String message) ->
          state.putObject("waiting").put("reason", reason).put("message", message);
      case Running(String startedAt, boolean started, boolean ready) ->
          state.putObject("running").put("startedAt", startedAt);
      case Terminated(
              int exitCode,
              String reason,
              String message,
              String startedAt,
              String finishedAt) -> {
        ObjectNode terminated =
            state.putObject("terminated").put("exitCode", exitCode).put("reason", reason);
        if (!message.isEmpty()) {
          terminated.put("message", message);
        }
        terminated.put("startedAt", startedAt).put("finishedAt", finishedAt);
      }
    }
    return state;
  }
}
