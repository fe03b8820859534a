package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.apply.Applied;
import dev.chatcluster.operator.apply.Applier;
import dev.chatcluster.operator.apply.Difference;
import dev.chatcluster.operator.apply.NotApplied;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.desired.Children;
import dev.chatcluster.operator.desired.Labels;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Report;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;

/** Keeps the children of ChatClusters as they should be, each for itself. */
final class ChildKeeper {
  private static final int AT_ONCE = 4;

  private final Applier<Deployment> deployments;
  private final Applier<Service> services;
  private final Applier<PodDisruptionBudget> budgets;
  private final Applier<Ingress> ingresses;
  private final RouteKeeper routes;
  private final Events events;

  ChildKeeper(KubernetesClient client, ChildSources sources, Events events) {
    this.deployments = new Applier<>(client, sources.deployments());
    this.services = new Applier<>(client, sources.services());
    this.budgets = new Applier<>(client, sources.budgets());
    this.ingresses = new Applier<>(client, sources.ingresses());
    this.routes = new RouteKeeper(client);
    this.events = events;
  }

  /**
   * Creates what is missing and corrects what differs; what fails goes into the report.
   *
   * @param mayRoll whether pods may be replaced: without Kafka no new one would become ready
   */
  void keep(Children wanted, boolean mayRoll, Report report) {
    Set<Integer> waiting = new TreeSet<>();
    for (int p = 0; p < wanted.deployments().size(); p++) {
      if (outdated(wanted.deployments().get(p))) waiting.add(p);
    }
    Set<Integer> taken = keep(deployments, wanted.deployments(), waiting, report);
    if (mayRoll) roll(wanted, waiting, taken, report);
    keep(services, wanted.services(), Set.of(), report);
    keep(budgets, wanted.budget(), null, report);
    wanted.ingress().ifPresent(ingress -> keep(ingresses, ingress, null, report));
    if (wanted.ingress().isEmpty()) removeIngress(report);
    keepRoutesAndClients(wanted, report);
    report.waiting(waiting.size());
  }

  /**
   * One that cannot be changed gives its turn to the next; where its pods are not ready, it counts
   * all the same.
   *
   * @param taken partitions that somebody else's Deployment has the name of, whose pods are not
   *     ours
   */
  private void roll(Children wanted, Set<Integer> waiting, Set<Integer> taken, Report report) {
    List<Rollout.Candidate> candidates = new ArrayList<>();
    for (int p = 0; p < wanted.deployments().size(); p++) {
      if (taken.contains(p)) continue;
      Deployment deployment = wanted.deployments().get(p);
      boolean settled = deployments.known(deployment).map(Rollout::settled).orElse(false);
      candidates.add(new Rollout.Candidate(p, waiting.contains(p), settled));
    }
    Set<Integer> turn = Rollout.turn(candidates, wanted.maxUnavailable());
    while (!turn.isEmpty()) {
      for (int p : turn) {
        waiting.remove(p);
        boolean changed = keep(deployments, wanted.deployments().get(p), p, report);
        candidates.replaceAll(
            c -> c.partition() == p ? new Rollout.Candidate(p, false, c.settled() && !changed) : c);
      }
      turn = Rollout.turn(candidates, wanted.maxUnavailable());
    }
  }

  /**
   * Removes the Deployments of partitions that own nothing any more, whose pods then end by
   * themselves, and the Services of those that have none left.
   */
  void remove(List<Integer> released, List<Integer> withoutPods, Report report) {
    for (int p : released) remove(deployments, p, report);
    for (int p : withoutPods) remove(services, p, report);
  }

  private <R extends HasMetadata> void remove(Applier<R> applier, int partition, Report report) {
    String name = ChildNames.partition(report.cluster(), partition);
    remove(applier, name, partition, "with fewer partitions", report);
  }

  private <R extends HasMetadata> void remove(
      Applier<R> applier, String name, Integer partition, String since, Report report) {
    ResourceID id = new ResourceID(name, report.cluster().getMetadata().getNamespace());
    try {
      applier
          .remove(id, partition)
          .ifPresent(
              gone ->
                  events.normal(
                      report.cluster(),
                      "Removed",
                      name(gone) + " is not needed any more " + since));
    } catch (NotApplied e) {
      report.add(e.trouble());
    }
  }

  private void removeIngress(Report report) {
    ownIngress(report.cluster())
        .ifPresent(
            there ->
                remove(
                    ingresses,
                    there.getMetadata().getName(),
                    null,
                    "without spec.listener.ingress",
                    report));
  }

  private Optional<Ingress> ownIngress(ChatCluster cluster) {
    return ingresses
        .known(new ResourceID(ChildNames.ingress(cluster), cluster.getMetadata().getNamespace()))
        .filter(there -> Applier.owns(cluster, there));
  }

  /** The client Service remembers that there may be routes, also some that are not wanted. */
  private void keepRoutesAndClients(Children wanted, Report report) {
    boolean before =
        services
            .known(wanted.clients())
            .map(clients -> clients.getMetadata().getAnnotations())
            .filter(annotations -> annotations.containsKey(Labels.HTTP_ROUTES))
            .isPresent();
    Service clients = wanted.clients();
    if (before || !wanted.routes().isEmpty()) {
      // Known before the first of them is made, and until the last of them is gone.
      if (!before && !keep(services, clients, null, report)) return;
      List<Trouble> troubles = routes.keep(report.cluster(), wanted.routes());
      report.addAll(troubles);
      if (!troubles.isEmpty()) clients = Children.clientsWithRoutes(report.cluster());
    }
    keep(services, clients, null, report);
  }

  /** How many children are not as wanted; changes nothing. */
  int differing(ChatCluster cluster, Children wanted) {
    int differing = 0;
    for (Deployment each : wanted.deployments()) if (differs(deployments, each)) differing++;
    for (Service each : wanted.services()) if (differs(services, each)) differing++;
    if (differs(budgets, wanted.budget())) differing++;
    if (wanted.ingress().filter(each -> differs(ingresses, each)).isPresent()) differing++;
    if (wanted.ingress().isEmpty() && ownIngress(cluster).isPresent()) differing++;
    return differing + (differs(services, wanted.clients()) ? 1 : 0);
  }

  private static <R extends HasMetadata> boolean differs(Applier<R> applier, R wanted) {
    return applier
        .known(wanted)
        .map(known -> Difference.between(wanted, known).isPresent())
        .orElse(true);
  }

  /** Whether its pods would have to be replaced; those of somebody else's never. */
  private boolean outdated(Deployment wanted) {
    return deployments
        .known(wanted)
        .filter(known -> Applier.controlled(known, wanted))
        .filter(
            known ->
                Difference.betweenParts(
                        wanted.getSpec().getTemplate(), known.getSpec().getTemplate())
                    .isPresent())
        .isPresent();
  }

  /**
   * Returns the partitions whose object's name is taken. The requests overlap, since each is mostly
   * waiting; what they came to is told in the order of the partitions.
   */
  private <R extends HasMetadata> Set<Integer> keep(
      Applier<R> applier, List<R> wanted, Set<Integer> without, Report report) {
    return IntStream.range(0, wanted.size())
        .boxed()
        .filter(p -> !without.contains(p))
        .gather(Gatherers.mapConcurrent(AT_ONCE, p -> attempt(applier, wanted.get(p), p)))
        .filter(attempt -> !tell(attempt, report))
        .filter(attempt -> attempt.trouble().reason() == Reason.NAME_TAKEN)
        .map(Attempt::partition)
        .collect(Collectors.toSet());
  }

  /** Whether nothing went wrong. */
  private <R extends HasMetadata> boolean keep(
      Applier<R> applier, R wanted, Integer partition, Report report) {
    return tell(attempt(applier, wanted, partition), report);
  }

  /**
   * What it came to.
   *
   * @param partition that the object serves, or null
   * @param formerHash of the object as it was known before, or null
   * @param applied null when it could not be made so
   * @param trouble why not
   */
  private record Attempt(
      HasMetadata wanted,
      Integer partition,
      String formerHash,
      Applied<?> applied,
      Trouble trouble) {}

  private static <R extends HasMetadata> Attempt attempt(
      Applier<R> applier, R wanted, Integer partition) {
    try {
      String formerHash = applier.known(wanted).map(ChildKeeper::hash).orElse(null);
      return new Attempt(wanted, partition, formerHash, applier.apply(wanted, partition), null);
    } catch (NotApplied e) {
      return new Attempt(wanted, partition, null, null, e.trouble());
    } catch (RuntimeException e) {
      String name = name(wanted);
      String why = name + " could not be looked after: " + e + "; please report this";
      Trouble trouble = new Trouble(Reason.INTERNAL_ERROR, partition, name, why);
      return new Attempt(wanted, partition, null, null, trouble);
    }
  }

  private boolean tell(Attempt attempt, Report report) {
    if (attempt.applied() == null) {
      report.add(attempt.trouble());
      return false;
    }
    tell(attempt.applied(), attempt.formerHash(), attempt.wanted(), attempt.partition(), report);
    return true;
  }

  /** An object that we had made so and that is not so any more was changed by somebody else. */
  private void tell(
      Applied<?> applied, String formerHash, HasMetadata wanted, Integer partition, Report report) {
    ChatCluster cluster = report.cluster();
    switch (applied.change()) {
      case NONE -> {
        // Nothing to tell.
      }
      case CREATED -> {
        if (wasComplete(cluster, partition) && !wasAmiss(cluster, name(wanted))) {
          events.warning(cluster, "DriftCorrected", name(wanted) + " was deleted: created again");
        }
      }
      case UPDATED -> {
        boolean planned = formerHash != null && !formerHash.equals(hash(wanted));
        if (!planned) {
          events.warning(
              cluster,
              "DriftCorrected",
              name(wanted) + ": " + applied.difference() + ": put back as the spec has it");
        } else if (wanted instanceof Deployment) {
          events.normal(
              cluster,
              "RollingOut",
              name(wanted) + " is made as the spec has it now: " + applied.difference());
        }
      }
    }
  }

  /**
   * Whether this generation's children were all made before, as far as they could be; those of a
   * partition of an epoch to come are only being made.
   */
  private static boolean wasComplete(ChatCluster cluster, Integer partition) {
    return cluster.getStatus() != null
        && cluster.getStatus().logId() != null
        && (partition == null || partition < cluster.getStatus().partitions())
        && Objects.equals(
            cluster.getStatus().observedGeneration(), cluster.getMetadata().getGeneration())
        && cluster.getStatus().conditions().stream()
            .anyMatch(c -> c.getType().equals("TopicReady") && c.getStatus().equals("True"));
  }

  private static boolean wasAmiss(ChatCluster cluster, String object) {
    return cluster.getStatus().problems().stream().anyMatch(p -> object.equals(p.object()));
  }

  private static String hash(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Labels.SPEC_HASH);
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }
}
