package dev.chatcluster.consumer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Kubernetes looks for the reason why a container ended. It puts that file there, writable
 * also with a read-only root; elsewhere there is none, and none is made.
 */
record LastWords(Path file) {
  /** Kubernetes shows no more of it. */
  private static final int LONGEST = 4096;

  static LastWords ofTheContainer() {
    return new LastWords(Path.of("/dev/termination-log"));
  }

  void say(String sentence) {
    if (!Files.isRegularFile(file)) return;
    try {
      Files.writeString(
          file, sentence.length() > LONGEST ? sentence.substring(0, LONGEST) : sentence);
    } catch (IOException e) {
      // The log has it too, and the process ends.
    }
  }
}
