package dev.chatcluster.operator.real;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Binds the pods of a namespace, says that they run and are ready, and lets go of deleted ones. */
public final class StandInKubelet implements AutoCloseable {
  private static final String NODE = "stand-in";
  private static final long LOOK_AGAIN_MS = 5000;

  private final KubernetesClient client;
  private final IntSupplier delayMs;
  private final ExecutorService threads = Executors.newFixedThreadPool(16);
  private final SharedIndexInformer<Pod> pods;

  /**
   * Begins.
   *
   * @param delayMs how long each step of a pod takes
   */
  public StandInKubelet(KubernetesClient client, String namespace, IntSupplier delayMs) {
    this.client = client;
    this.delayMs = delayMs;
    pods =
        client
            .pods()
            .inNamespace(namespace)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Pod pod) {
                    threads.execute(() -> attend(pod));
                  }

                  @Override
                  public void onUpdate(Pod before, Pod pod) {
                    threads.execute(() -> attend(pod));
                  }

                  @Override
                  public void onDelete(Pod pod, boolean unknown) {
                    // It is let go.
                  }
                },
                LOOK_AGAIN_MS);
  }

  private void attend(Pod pod) {
    try {
      if (!pod.isMarkedForDeletion() && isReady(pod)) return;
      Thread.sleep(delayMs.getAsInt());
      if (pod.isMarkedForDeletion()) {
        client.resource(pod).withGracePeriod(0).delete();
      } else if (pod.getSpec().getNodeName() == null) {
        bind(pod);
      } else {
        client.resource(running(pod)).updateStatus();
      }
    } catch (KubernetesClientException changedMeanwhile) {
      // The informer tells of it, or of the same again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void bind(Pod pod) {
    client
        .bindings()
        .inNamespace(pod.getMetadata().getNamespace())
        .resource(
            new BindingBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(NODE)
                .endTarget()
                .build())
        .create();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static Pod running(Pod pod) {
    String now = Instant.now().toString();
    String image = pod.getSpec().getContainers().getFirst().getImage();
    return new PodBuilder(pod)
        .withNewStatus()
        .withPhase("Running")
        .withHostIP("192.0.2.1")
        .withPodIP("198.51.100.1")
        .withQosClass(pod.getStatus().getQosClass())
        .withStartTime(now)
        .withConditions(
            Stream.of("PodScheduled", "Initialized", "ContainersReady", "Ready")
                .map(
                    type ->
                        new PodConditionBuilder()
                            .withType(type)
                            .withStatus("True")
                            .withLastTransitionTime(now)
                            .build())
                .toList())
        .withContainerStatuses(
            new ContainerStatusBuilder()
                .withName(pod.getSpec().getContainers().getFirst().getName())
                .withImage(image)
                .withImageID("docker.io/library/" + image + "@sha256:" + "0".repeat(64))
                .withContainerID("containerd://" + "0".repeat(64))
                .withReady(true)
                .withStarted(true)
                .withRestartCount(0)
                .withNewState()
                .withNewRunning(now)
                .endState()
                .build())
        .endStatus()
        .build();
  }

  @Override
  public void close() {
    pods.close();
    threads.shutdownNow();
  }
}
