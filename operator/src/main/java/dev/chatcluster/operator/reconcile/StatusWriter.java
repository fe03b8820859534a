package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.access.Secrets;
import dev.chatcluster.operator.event.StatusEvents;
import dev.chatcluster.operator.status.Report;
import dev.chatcluster.operator.status.StatusPage;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Writes what a reconciliation has found out, and says when to look again. */
final class StatusWriter {
  private static final Duration AT_ONCE = Duration.ofMillis(100);

  private final StatusEvents events;
  private final String version;
  private final Pace pace;

  /**
   * A writer.
   *
   * @param version of the operator
   */
  StatusWriter(StatusEvents events, String version, Pace pace) {
    this.events = events;
    this.version = version;
    this.pace = pace;
  }

  /** Writes nothing when nothing has changed. */
  UpdateControl<ChatCluster> write(Report report, Instant now, Context<ChatCluster> context) {
    ChatCluster cluster = report.cluster();
    ChatClusterStatus before = cluster.getStatus();
    ChatClusterStatus after = StatusPage.compose(report, version, now);
    if (!Objects.equals(before, after)) {
      // What was read may stand in a cache.
      ChatCluster page = context.getClient().getKubernetesSerialization().clone(cluster);
      page.setStatus(after);
      try {
        // With the version that was reconciled, so that the next round starts from what it wrote.
        ChatCluster written = context.getClient().resource(page).updateStatus();
        context
            .eventSourceRetriever()
            .getControllerEventSource()
            .handleRecentResourceUpdate(ResourceID.fromResource(cluster), written, cluster);
      } catch (KubernetesClientException e) {
        // Somebody was faster, or it is gone.
        if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) return UpdateControl.noUpdate();
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) throw e;
        // Not at once: while the watch is dead, each try starts from the same old version.
        return UpdateControl.<ChatCluster>noUpdate().rescheduleAfter(pace.first());
      }
      events.tell(cluster, before, after, report.advice().orElse(List.of()));
    }
    return UpdateControl.<ChatCluster>noUpdate()
        .rescheduleAfter(
            report.announces() ? AT_ONCE : pace.after(after, Secrets.areNamed(cluster), now));
  }
}
