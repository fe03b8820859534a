package dev.chatcluster.operator.kill;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.kill.Population.Gone;
import dev.chatcluster.roomlog.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * What is not as the last specs say, in a namespace and in Kafka; written without the operator's
 * own ideas of what children are.
 */
final class Findings {
  private final KubernetesClient client;
  private final String namespace;
  private final String brokers;
  private final Admin admin;
  private final List<String> findings = new ArrayList<>();

  private Findings(KubernetesClient client, String namespace, String brokers, Admin admin) {
    this.client = client;
    this.namespace = namespace;
    this.brokers = brokers;
    this.admin = admin;
  }

  /** In sentences; empty when all is well. */
  static List<String> of(
      KubernetesClient client,
      String namespace,
      String brokers,
      Admin admin,
      Map<String, Wanted> live,
      List<Gone> gone)
      throws InterruptedException, ExecutionException {
    Findings all = new Findings(client, namespace, brokers, admin);
    all.chatClusters(live);
    all.topics(live, gone);
    // The records are read once all else is well.
    if (all.findings.isEmpty()) {
      live.values()
          .forEach(w -> all.findings.addAll(LogFindings.of(w.name(), w.partitions(), brokers)));
    }
    return all.findings;
  }

  private void chatClusters(Map<String, Wanted> live) {
    List<ChatCluster> there =
        client.resources(ChatCluster.class).inNamespace(namespace).list().getItems();
    for (ChatCluster each : there) {
      String name = each.getMetadata().getName();
      check(!each.isMarkedForDeletion(), name + " is still being deleted");
      check(live.containsKey(name), name + " should be gone");
    }
    List<Deployment> deployments =
        client.apps().deployments().inNamespace(namespace).list().getItems();
    List<Service> services = client.services().inNamespace(namespace).list().getItems();
    List<ReplicaSet> sets = client.apps().replicaSets().inNamespace(namespace).list().getItems();
    List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
    Set<String> owners = uids(there);
    orphans(deployments, owners);
    orphans(services, owners);
    orphans(sets, uids(deployments));
    orphans(pods, uids(sets));
    for (Wanted wanted : live.values()) {
      ChatCluster cluster =
          there.stream()
              .filter(c -> c.getMetadata().getName().equals(wanted.name()))
              .findFirst()
              .orElse(null);
      if (cluster == null) {
        findings.add(wanted.name() + " is gone");
        continue;
      }
      status(cluster, wanted);
      Set<String> perPartition =
          IntStream.range(0, wanted.partitions())
              .mapToObj(p -> wanted.name() + "-partition-" + p)
              .collect(Collectors.toCollection(TreeSet::new));
      children("Deployments", deployments, cluster, perPartition);
      perPartition.add(wanted.name() + "-clients");
      children("Services", services, cluster, perPartition);
      owned(services, cluster).forEach(service -> labels(service, wanted));
      owned(deployments, cluster).forEach(deployment -> deployment(deployment, wanted));
      long served =
          pods.stream()
              .filter(p -> wanted.name().equals(label(p, "chatcluster.dev/cluster")))
              .count();
      check(served == wanted.partitions(), wanted.name() + " has " + served + " pods");
    }
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) findings.add(otherwise);
  }

  private static Set<String> uids(Collection<? extends HasMetadata> objects) {
    return objects.stream().map(o -> o.getMetadata().getUid()).collect(Collectors.toSet());
  }

  private void orphans(Collection<? extends HasMetadata> objects, Set<String> owners) {
    for (HasMetadata each : objects) {
      boolean has =
          each.getMetadata().getOwnerReferences().stream()
              .map(OwnerReference::getUid)
              .anyMatch(owners::contains);
      check(has, each.getKind() + " " + each.getMetadata().getName() + " has no owner");
    }
  }

  private void status(ChatCluster cluster, Wanted wanted) {
    String name = wanted.name();
    ChatClusterStatus status = cluster.getStatus();
    if (status == null) {
      findings.add(name + " has no status");
      return;
    }
    Long generation = cluster.getMetadata().getGeneration();
    check(generation.equals(status.observedGeneration()), name + " has an old status");
    check(Integer.valueOf(wanted.partitions()).equals(status.partitions()), name + ": " + status);
    check(status.problems().isEmpty(), name + ": " + status.problems());
    status.conditions().stream()
        .filter(c -> c.getType().equals("Ready") && !c.getStatus().equals("True"))
        .forEach(
            c -> findings.add(name + " is not ready: " + c.getReason() + " " + c.getMessage()));
    boolean created = status.topic() != null && Boolean.TRUE.equals(status.topic().created());
    check(created, name + " does not know its topic as its own");
    check(
        cluster.getMetadata().getFinalizers().isEmpty() != wanted.deletes(),
        name + " has the finalizers " + cluster.getMetadata().getFinalizers());
  }

  private static <R extends HasMetadata> Stream<R> owned(List<R> all, ChatCluster cluster) {
    return all.stream()
        .filter(
            o ->
                o.getMetadata().getOwnerReferences().stream()
                    .anyMatch(r -> r.getUid().equals(cluster.getMetadata().getUid())));
  }

  private void children(
      String what, List<? extends HasMetadata> all, ChatCluster cluster, Set<String> wanted) {
    Set<String> names =
        owned(all, cluster)
            .map(o -> o.getMetadata().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    check(names.equals(wanted), what + " are " + names + " instead of " + wanted);
  }

  private static String label(HasMetadata object, String key) {
    return object.getMetadata().getLabels().get(key);
  }

  private void labels(HasMetadata object, Wanted wanted) {
    for (int i = 0; i < Wanted.LABELS; i++) {
      boolean there = label(object, Wanted.label(i)) != null;
      check(
          there == (i == wanted.label()),
          object.getMetadata().getName() + " has the labels " + object.getMetadata().getLabels());
    }
  }

  private void deployment(Deployment deployment, Wanted wanted) {
    String name = deployment.getMetadata().getName();
    labels(deployment, wanted);
    var template = deployment.getSpec().getTemplate();
    Container consumer = template.getSpec().getContainers().getFirst();
    Quantity memory = consumer.getResources().getLimits().get("memory");
    check(
        Quantity.parse(wanted.megabytes() + "Mi").equals(memory),
        name + " has " + memory + " of memory");
    Long grace = template.getSpec().getTerminationGracePeriodSeconds();
    check(grace == wanted.drainSeconds() + 15, name + " has a grace period of " + grace);
    String nonce = template.getMetadata().getAnnotations().get("chatcluster.dev/restart-nonce");
    check(
        wanted.nonce() == 0 ? nonce == null : String.valueOf(wanted.nonce()).equals(nonce),
        name + " has the nonce " + nonce);
    String level =
        consumer.getEnv().stream()
            .filter(e -> e.getName().equals("CHAT_LOG_LEVEL"))
            .map(EnvVar::getValue)
            .findFirst()
            .orElse("");
    check(wanted.level().equals(level), name + " has the log level " + level);
    check(deployment.getSpec().getReplicas() == 1, name + " has replicas");
  }

  private void topics(Map<String, Wanted> live, List<Gone> gone)
      throws InterruptedException, ExecutionException {
    Set<String> there = new HashSet<>(admin.listTopics().names().get());
    there.removeIf(topic -> !topic.startsWith(namespace + "-"));
    for (Wanted each : live.values()) topic(there, each.name(), true);
    for (Gone each : gone) {
      String name = each.last().name();
      if (each.last().deletes()) {
        topic(there, name, false);
      } else if (each.topic()) {
        topic(there, name, true);
      } else {
        // It may have been deleted before anything was done for it.
        there.remove(name);
        there.remove(Names.controlTopic(name));
      }
    }
    check(there.isEmpty(), "nobody wants the topics " + there);
  }

  private void topic(Set<String> there, String name, boolean wanted) {
    for (String each : List.of(name, Names.controlTopic(name))) {
      boolean is = there.remove(each);
      check(is == wanted, "the topic " + each + (is ? " is still there" : " is not there"));
    }
  }
}
