package dev.chatcluster.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.RealApiServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@RealApiServer.Required
class EventsTest {
  private static final String NAMESPACE = "chat";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theSameThingIsCountedEachTimeAndSaysWhenItWasLast() {
    try (RealApiServer server = RealApiServer.start()) {
      server
          .client()
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
          .create();
      ChatCluster about = new ChatCluster();
      about.setMetadata(
          new ObjectMetaBuilder()
              .withName("studyhub")
              .withNamespace(NAMESPACE)
              .withUid("u")
              .build());
      Events events = new Events(server.client(), () -> now);
      events.warning(about, "DriftCorrected", "the same");
      for (int times = 2; times <= 4; times++) {
        now = now.plusSeconds(60);
        events.warning(about, "DriftCorrected", "the same");
        Event told = events(server).getFirst();
        assertThat(told.getCount()).isEqualTo(times);
        assertThat(told.getLastTimestamp()).isEqualTo(now.toString());
        assertThat(told.getFirstTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
      }
      assertThat(events(server)).hasSize(1);
      events.warning(about, "DriftCorrected", "another");
      assertThat(events(server)).hasSize(2);
    }
  }

  private static List<Event> events(RealApiServer server) {
    return server.client().v1().events().inNamespace(NAMESPACE).list().getItems();
  }
}
