package dev.chatcluster.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatcluster.kafka.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
  @TempDir private Path folder;

  private Ports choose(String... options) throws Exception {
    return Ports.choose(Options.parse(List.of(options)), folder.resolve("ports"));
  }

  @Test
  void aPortOnceTakenStaysOnItsFolder() throws Exception {
    Ports first = choose("--kafka-port", "0", "--api-port", "0", "--page-port", "0");
    first.save(folder.resolve("ports"));
    assertThat(choose()).isEqualTo(first);
    assertThat(choose("--kafka-port", "0").kafka()).isEqualTo(first.kafka());
  }

  @Test
  void askedForAFreePortItLeavesTheOneBeforeToWhoeverHasItNow() throws Exception {
    Ports first = choose("--kafka-port", "0", "--api-port", "0", "--page-port", "0");
    first.save(folder.resolve("ports"));
    try (ServerSocket other =
        new ServerSocket(first.kafka(), 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(this::choose)
          .hasMessageContaining("Port " + other.getLocalPort())
          .hasMessageContaining("--kafka-port (0: a free one)");
      int moved = choose("--kafka-port", "0").kafka();
      assertThat(moved).isNotEqualTo(first.kafka());
      assertThat(FreePorts.isFree(moved)).isTrue();
    }
  }
}
