package dev.chatcluster.operator.kill;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Says what changes in a namespace. */
final class KubernetesSights implements AutoCloseable {
  private final Consumer<String> saw;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  KubernetesSights(KubernetesClient client, String namespace, Consumer<String> saw) {
    this.saw = saw;
    informers.add(client.apps().deployments().inNamespace(namespace).inform(new Seen<>()));
    informers.add(client.services().inNamespace(namespace).inform(new Seen<>()));
    informers.add(client.resources(ChatCluster.class).inNamespace(namespace).inform(new Seen<>()));
  }

  private final class Seen<R extends HasMetadata> implements ResourceEventHandler<R> {
    @Override
    public void onAdd(R object) {
      saw.accept("came " + object.getKind() + " " + object.getMetadata().getName());
    }

    @Override
    public void onUpdate(R before, R now) {
      String name = now.getMetadata().getName();
      if (now instanceof Deployment deployment
          && deployment.getSpec().getReplicas() == 0
          && ((Deployment) before).getSpec().getReplicas() != 0) {
        saw.accept("stopped Deployment " + name);
      }
      if (now instanceof ChatCluster cluster) changed((ChatCluster) before, cluster, name);
    }

    private void changed(ChatCluster before, ChatCluster now, String name) {
      if (before.getMetadata().getFinalizers().isEmpty()
          && !now.getMetadata().getFinalizers().isEmpty()) saw.accept("finalizer " + name);
      if (topic(before).isEmpty() && topic(now).equals("announced"))
        saw.accept("announced " + name);
      if (!topic(before).equals("known") && topic(now).equals("known")) saw.accept("known " + name);
    }

    private static String topic(ChatCluster cluster) {
      if (cluster.getStatus() == null || cluster.getStatus().topic() == null) return "";
      return cluster.getStatus().topic().id() == null ? "announced" : "known";
    }

    @Override
    public void onDelete(R object, boolean unknown) {
      saw.accept("gone " + object.getKind() + " " + object.getMetadata().getName());
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
