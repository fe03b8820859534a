package dev.chatcluster.consumer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.access.KafkaSecurity;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class KafkaAccessTest {
  private static final Map<String, Object> OURS =
      Map.of("default.api.timeout.ms", 5_000, "request.timeout.ms", 5_000);

  private static Map<String, Object> with(Map<String, String> users) {
    return access(users).admin("test", OURS);
  }

  private static KafkaAccess access(Map<String, String> users) {
    return new KafkaAccess("localhost:9092", users, KafkaSecurity.NONE);
  }

  @Test
  void usersWhoGiveARequestMoreTimeGiveItToTheWholeCall() {
    Map<String, Object> client = with(Map.of("request.timeout.ms", " 30000 "));
    Admin.create(client).close();
    assertThat(client).containsEntry("default.api.timeout.ms", " 30000 ");
  }

  @Test
  void usersWhoGiveItLessTimeLeaveTheCallAsItIs() {
    assertThat(with(Map.of("request.timeout.ms", "1000")))
        .containsEntry("default.api.timeout.ms", 5_000)
        .containsEntry("request.timeout.ms", "1000");
  }

  /** A reader's thread has others to serve, and a fetch may take longer than its calls. */
  @Test
  void otherClientsKeepTheTimeOfTheirCalls() {
    Map<String, Object> reader =
        Map.of("default.api.timeout.ms", 5_000, "request.timeout.ms", 10_000);
    assertThat(access(Map.of()).client("test", reader, Map.of())).containsAllEntriesOf(reader);
    assertThat(access(Map.of("request.timeout.ms", "30000")).client("test", OURS, Map.of()))
        .containsEntry("default.api.timeout.ms", 5_000);
  }
}
