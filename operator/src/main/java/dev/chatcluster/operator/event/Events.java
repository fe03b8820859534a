package dev.chatcluster.operator.event;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Events and logs them; thread-safe. */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** The API's limit is 1024 bytes. */
  private static final int LONGEST = 1000;

  private final KubernetesClient client;
  private final InstantSource clock;

  public Events(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Something worth knowing. */
  public void normal(ChatCluster about, String reason, String message) {
    write(about, "Normal", reason, message);
  }

  /** Something that somebody should look at. */
  public void warning(ChatCluster about, String reason, String message) {
    write(about, "Warning", reason, message);
  }

  private void write(ChatCluster about, String type, String reason, String message) {
    String namespace = about.getMetadata().getNamespace();
    String name = about.getMetadata().getName();
    LOG.atLevel(type.equals("Normal") ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.WARN)
        .log("{}/{} {}: {}", namespace, name, reason, message);
    String text = message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    int same = (about.getMetadata().getUid() + type + reason + text).hashCode();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withName(name + "." + Integer.toHexString(same))
            .withNamespace(namespace)
            .endMetadata()
            .withType(type)
            .withReason(reason)
            .withMessage(text)
            .withCount(1)
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withNewInvolvedObject()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withNamespace(namespace)
            .withName(name)
            .withUid(about.getMetadata().getUid())
            .endInvolvedObject()
            .withNewSource("chat-operator", null)
            .withReportingComponent("chat-operator")
            .build();
    try {
      createOrCount(event, now);
    } catch (KubernetesClientException e) {
      LOG.debug("Event {} of {}/{} is not written: {}", reason, namespace, name, e.getMessage());
    }
  }

  private void createOrCount(Event event, String now) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) throw e;
      Event there = client.resource(event).get();
      if (there == null) {
        // The API server keeps Events for an hour or so only.
        client.resource(event).create();
        return;
      }
      client.resource(there).edit(before -> again(before, now));
    }
  }

  private static Event again(Event before, String now) {
    return new EventBuilder(before)
        .withCount(before.getCount() == null ? 2 : before.getCount() + 1)
        .withLastTimestamp(now)
        .build();
  }
}
