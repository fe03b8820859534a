package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import java.util.Map;

/**
 * ChatClusters that came while one of their name was on its way out. The framework forgets their
 * events together with those of the deleted one; here, directly after and under the same lock, it
 * is told of them anew.
 */
public final class Successors implements Metrics {
  private Controller<ChatCluster> controller;

  @Override
  @SuppressWarnings("unchecked")
  public void controllerRegistered(Controller<? extends HasMetadata> registered) {
    controller = (Controller<ChatCluster>) registered;
  }

  @Override
  public void cleanupDoneFor(ResourceID id, Map<String, Object> metadata) {
    ControllerEventSource<ChatCluster> source =
        controller.getEventSourceManager().getControllerEventSource();
    source.get(id).ifPresent(next -> source.eventReceived(ResourceAction.ADDED, next, null, null));
  }
}
