package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Makes of each Deployment its pods, without a ReplicaSet in between, and keeps its status. */
public final class DeploymentController implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DeploymentController.class.getName());
  private static final Set<String> OURS =
      Set.of(ResourceTypes.DEPLOYMENTS.id(), ResourceTypes.PODS.id());

  private final Resources resources;
  private final EventRecorder events;
  private final ObjectStore.Watch watch;
  private final AtomicBoolean due = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("deployment-controller").factory());

  public DeploymentController(Resources resources) {
    this.resources = resources;
    this.events = new EventRecorder(resources, "deployment-controller");
    ObjectStore store = resources.store();
    watch = store.watch(key -> OURS.contains(key.type()), store.version(), change -> wake());
    // Deadlines pass without any change.
    thread.scheduleWithFixedDelay(this::wake, 0, 5, TimeUnit.SECONDS);
  }

  private void wake() {
    if (due.compareAndSet(false, true) && !thread.isShutdown()) {
      thread.execute(this::reconcileAll);
    }
  }

  private void reconcileAll() {
    due.set(false);
    for (ObjectNode deployment : resources.store().list(ResourceTypes.DEPLOYMENTS.id())) {
      try {
        if (!Json.isBeingDeleted(deployment)) {
          reconcile(deployment);
        }
      } catch (Refused e) {
        LOG.log(Level.FINE, "Deployment {0}: {1}", args(deployment, e));
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "Deployment " + Json.name(deployment) + " is not looked after", e);
      }
    }
  }

  private static Object[] args(ObjectNode deployment, Refused e) {
    return new Object[] {Json.name(deployment), e.getMessage()};
  }

  private void reconcile(ObjectNode deployment) {
    Rollout rollout = Rollout.next(deployment, podsOf(deployment));
    for (int i = 0; i < rollout.create(); i++) {
      ObjectNode pod = pod(deployment);
      resources.create(ResourceTypes.PODS, Json.namespace(deployment), pod, WriteOptions.plain());
      events.normal(deployment, "SuccessfulCreate", "Created pod: " + Json.name(pod));
    }
    for (ObjectNode pod : rollout.delete()) {
      Key key = ResourceTypes.PODS.key(Json.namespace(pod), Json.name(pod));
      resources.delete(ResourceTypes.PODS, key, Json.object(), false);
      events.normal(deployment, "SuccessfulDelete", "Deleted pod: " + Json.name(pod));
    }
    Key key = ResourceTypes.DEPLOYMENTS.key(Json.namespace(deployment), Json.name(deployment));
    List<ObjectNode> pods = podsOf(deployment);
    resources.updateStatus(
        ResourceTypes.DEPLOYMENTS,
        key,
        now -> {
          // A change that came meanwhile has woken us again: its generation is not observed yet.
          if (now.at("/metadata/generation").equals(deployment.at("/metadata/generation"))) {
            now.set("status", DeploymentStatus.of(now, pods, Instant.now()));
          }
          return now;
        });
  }

  private List<ObjectNode> podsOf(ObjectNode deployment) {
    return resources
        .store()
        .list(ResourceTypes.PODS.id(), Json.namespace(deployment))
        .objects()
        .stream()
        .filter(pod -> Json.isOwnedBy(pod, deployment))
        .toList();
  }

  private static ObjectNode pod(ObjectNode deployment) {
    ObjectNode pod = Json.object("v1", "Pod");
    ObjectNode template = Json.objectOf(deployment.at("/spec/template").deepCopy());
    pod.set("metadata", Json.metadata(template));
    pod.set("spec", template.get("spec"));
    String hash = Rollout.hash(deployment);
    ObjectNode metadata = Json.metadata(pod);
    metadata.put("generateName", Json.name(deployment) + "-" + hash + "-");
    Json.child(metadata, "labels").put(Rollout.HASH, hash);
    metadata.putArray("ownerReferences").add(Json.ownerReference(deployment));
    return pod;
  }

  @Override
  public void close() {
    watch.close();
    thread.shutdownNow();
  }
}
