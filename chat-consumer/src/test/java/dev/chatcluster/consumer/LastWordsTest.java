package dev.chatcluster.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastWordsTest {
  @TempDir Path folder;

  @Test
  void areWrittenWhereKubernetesHasPutAFileForThem() throws Exception {
    Path file = Files.createFile(folder.resolve("termination-log"));
    new LastWords(file).say("CHAT_TOPIC is missing: name the data topic.");
    assertThat(file).content().isEqualTo("CHAT_TOPIC is missing: name the data topic.");
    new LastWords(file).say("x".repeat(9000));
    assertThat(file).content().hasSize(4096);
  }

  @Test
  void areNotWrittenWhereThereIsNone() {
    Path file = folder.resolve("termination-log");
    new LastWords(file).say("anything");
    assertThat(file).doesNotExist();
  }
}
