package dev.chatcluster.operator.kill;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The ChatClusters of a namespace, and what was asked of them; of one thread. */
final class Population {
  private static final int MOST_PARTITIONS = 6;
  private static final int FEWEST = 3;
  private static final int MOST = 7;

  /**
   * One that was deleted.
   *
   * @param topic whether its topic was seen before that
   */
  record Gone(Wanted last, boolean topic) {}

  /** What is changed. */
  enum Change {
    CREATE,
    SCALE,
    LABEL,
    MEMORY,
    DRAIN,
    NONCE,
    LEVEL,
    DELETE
  }

  private final KubernetesClient client;
  private final String namespace;
  private final String brokers;
  private final Random random;
  private final Map<String, Wanted> live = new TreeMap<>();
  private final List<Gone> gone = new ArrayList<>();
  private final Map<Change, Integer> changes = new EnumMap<>(Change.class);
  private int created;

  Population(KubernetesClient client, String namespace, String brokers, Random random) {
    this.client = client;
    this.namespace = namespace;
    this.brokers = brokers;
    this.random = random;
  }

  Map<String, Wanted> live() {
    return Map.copyOf(live);
  }

  List<Gone> gone() {
    return List.copyOf(gone);
  }

  /** How often each was made. */
  Map<Change, Integer> changes() {
    return Map.copyOf(changes);
  }

  int count() {
    return changes.values().stream().mapToInt(Integer::intValue).sum();
  }

  ChatCluster get(String name) {
    return resource(name).get();
  }

  private Resource<ChatCluster> resource(String name) {
    return client.resources(ChatCluster.class).inNamespace(namespace).withName(name);
  }

  /** Every other one's topics go with it. */
  void create() {
    create(created % 2 == 0);
  }

  private void create(boolean deletes) {
    count(Change.CREATE);
    Wanted wanted = Wanted.first(namespace + "-" + created++, deletes, 1 + random.nextInt(3));
    live.put(wanted.name(), wanted);
    client
        .resources(ChatCluster.class)
        .inNamespace(namespace)
        .resource(
            client
                .getKubernetesSerialization()
                .unmarshal(wanted.manifest(brokers), ChatCluster.class))
        .create();
  }

  /** Any change. */
  void change() {
    Change[] all = Change.values();
    Change next = all[random.nextInt(all.length)];
    if (next == Change.CREATE && live.size() >= MOST) next = Change.SCALE;
    if (next == Change.DELETE && live.size() <= FEWEST) next = Change.MEMORY;
    switch (next) {
      case CREATE -> create();
      case SCALE ->
          scale(_ -> true, n -> (n + random.nextInt(MOST_PARTITIONS - 1)) % MOST_PARTITIONS + 1);
      case LABEL -> edit(next, any(_ -> true), Wanted::withNextLabel);
      case MEMORY -> edit(next, any(_ -> true), Wanted::withMoreMemory);
      case DRAIN -> edit(next, any(_ -> true), Wanted::withLongerDrain);
      case NONCE -> edit(next, any(_ -> true), Wanted::withNextNonce);
      case LEVEL -> edit(next, any(_ -> true), Wanted::withOtherLevel);
      case DELETE -> delete(_ -> true);
    }
  }

  /** A change that leads operators to some step. */
  void provoke(Step.Provocation what) {
    switch (what) {
      case CREATE -> create();
      case CREATE_WITH_DELETE -> create(true);
      case SCALE -> scale(_ -> true, n -> n == 1 ? 2 : n - 1 + 2 * random.nextInt(2));
      case SCALE_UP -> scale(w -> w.partitions() < MOST_PARTITIONS, n -> n + 1);
      case SCALE_DOWN -> scale(w -> w.partitions() > 1, n -> Math.max(1, n - 1));
      case GROW -> {
        Wanted one = any(w -> w.most() < 2 * MOST_PARTITIONS);
        edit(Change.SCALE, one, w -> w.withPartitions(w.most() + 1));
      }
      case ROLL -> edit(Change.NONCE, any(_ -> true), Wanted::withNextNonce);
      case DELETE -> delete(Wanted::deletes);
    }
  }

  /** Of those that are ready one, if one is, else any of them; makes one when there is none. */
  private Wanted any(Predicate<Wanted> which) {
    List<Wanted> fit = live.values().stream().filter(which).toList();
    if (fit.isEmpty()) {
      create(true);
      return live.get(namespace + "-" + (created - 1));
    }
    List<Wanted> ready = fit.stream().filter(w -> ready(w.name())).toList();
    List<Wanted> among = ready.isEmpty() ? fit : ready;
    return among.get(random.nextInt(among.size()));
  }

  /** Whether its status says that all is as its spec is now. */
  boolean ready(String name) {
    ChatCluster cluster = get(name);
    return cluster != null
        && cluster.getStatus() != null
        && cluster.getStatus().conditions().stream()
            .anyMatch(
                c ->
                    c.getType().equals("Ready")
                        && c.getStatus().equals("True")
                        && cluster.getMetadata().getGeneration().equals(c.getObservedGeneration()));
  }

  private void scale(Predicate<Wanted> which, UnaryOperator<Integer> to) {
    edit(Change.SCALE, any(which), w -> w.withPartitions(to.apply(w.partitions())));
  }

  private void edit(Change what, Wanted one, UnaryOperator<Wanted> change) {
    count(what);
    Wanted wanted = change.apply(one);
    live.put(wanted.name(), wanted);
    resource(wanted.name()).patch(PatchContext.of(PatchType.JSON_MERGE), wanted.patch(brokers));
  }

  private void delete(Predicate<Wanted> which) {
    Wanted one = any(which);
    count(Change.DELETE);
    ChatCluster last = get(one.name());
    boolean topic = last != null && last.getStatus() != null && last.getStatus().logId() != null;
    live.remove(one.name());
    gone.add(new Gone(one, topic));
    resource(one.name()).delete();
  }

  private void count(Change change) {
    changes.merge(change, 1, Integer::sum);
  }
}
