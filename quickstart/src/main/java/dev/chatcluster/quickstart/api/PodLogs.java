package dev.chatcluster.quickstart.api;

import java.nio.file.Path;
import java.util.Optional;

/** Where the pods' logs are. */
@FunctionalInterface
public interface PodLogs {
  /**
   * The file with the log of a pod's container.
   *
   * @param previous whether that of the container before the last restart is wanted
   * @return empty when there is none
   */
  Optional<Path> file(String namespace, String pod, boolean previous);
}
