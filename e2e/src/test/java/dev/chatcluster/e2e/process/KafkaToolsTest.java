package dev.chatcluster.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.chatcluster.e2e.process.KafkaTools.GroupLine;
import org.junit.jupiter.api.Test;

class KafkaToolsTest {
  @Test
  void theTableIsReadByTheNamesOfItsColumns() {
    String output =
        """

        Consumer group 'chat.delivery' has no active members.

        GROUP         TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID
        chat.delivery chat  0         5              7              2   -           -    -
        chat.delivery chat  1         -              7              -   -           -    -
        """;
    assertThat(KafkaTools.parse(output, "chat.delivery"))
        .containsExactly(new GroupLine("chat", 0, 5, 7, 2L), new GroupLine("chat", 1, -1, 7, null));
  }

  @Test
  void aGroupThatDoesNotExistIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KafkaTools.parse("Error: group does not exist", "chat.delivery"))
        .withMessageContaining("no table");
  }
}
