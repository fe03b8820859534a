package dev.chatcluster.quickstart.kubelet;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a container image is run as a process.
 *
 * @param command program and arguments
 * @param portVariables for a container port's name the environment variable that moves it to
 *     another port of this machine
 * @param environment variables that win over the container's own
 */
public record Image(
    List<String> command, Map<String, String> portVariables, Map<String, String> environment) {

  /** The images that a machine has. */
  @FunctionalInterface
  public interface Source {
    /** How an image is run; empty when it is not there. */
    Optional<Image> find(String name);
  }
}
