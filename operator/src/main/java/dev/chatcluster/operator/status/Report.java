package dev.chatcluster.operator.status;

import dev.chatcluster.api.v1.ChatCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one reconciliation finds out, gathered step by step; {@link StatusPage} makes the status of
 * it, however far the steps came. Of one thread.
 */
public final class Report {
  private final ChatCluster cluster;
  private final List<Trouble> troubles = new ArrayList<>();
  private List<Advice> advice;
  private final List<Advice> ofTheSpec = new ArrayList<>();
  private TopicFacts facts;
  private List<PartitionState> partitions = List.of();
  private Rescaling rescaling;
  private StrayLag strayLag;
  private boolean paused;
  private String ending;
  private int waiting;

  public Report(ChatCluster cluster) {
    this.cluster = cluster;
    this.facts = TopicFacts.of(cluster.getStatus());
  }

  public ChatCluster cluster() {
    return cluster;
  }

  public void add(Trouble trouble) {
    troubles.add(trouble);
  }

  public void addAll(List<Trouble> more) {
    troubles.addAll(more);
  }

  /** What there is to advise now; the former warning when nothing is said. */
  public void advise(List<Advice> now) {
    advice = List.copyOf(now);
  }

  /** What there is to advise about the spec, whether Kafka answers or not. */
  public void advise(Advice further) {
    ofTheSpec.add(further);
  }

  /** The newest known facts; those of the former status when nothing else is said. */
  public void know(TopicFacts newest) {
    facts = newest;
  }

  public void partitions(List<PartitionState> states) {
    partitions = List.copyOf(states);
  }

  /** How a change of the partition count goes; the former condition when nothing is said. */
  public void rescaling(Rescaling now) {
    rescaling = now;
  }

  /** How far the routers are behind; what was said before when this is null. */
  public void strayLag(StrayLag now) {
    strayLag = now;
  }

  public void paused() {
    paused = true;
  }

  /** That it is being deleted, and what that waits for. */
  public void ending(String sentence) {
    ending = sentence;
  }

  /**
   * That children are not yet as wanted, without anything being wrong.
   *
   * @param count of them
   */
  public void waiting(int count) {
    waiting = count;
  }

  public List<Trouble> troubles() {
    return List.copyOf(troubles);
  }

  public TopicFacts facts() {
    return facts;
  }

  /** Whether the topic is announced by this reconciliation, so that the next one creates it. */
  public boolean announces() {
    return facts.announced() && !TopicFacts.of(cluster.getStatus()).announced();
  }

  /** Whether any trouble is of that area. */
  public boolean has(Reason.Area area) {
    return troubles.stream().anyMatch(t -> t.reason().area() == area);
  }

  /** All that there is to advise; empty when nobody could look. */
  public Optional<List<Advice>> advice() {
    if (advice == null) return Optional.empty();
    return Optional.of(Stream.concat(ofTheSpec.stream(), advice.stream()).toList());
  }

  List<PartitionState> partitions() {
    return partitions;
  }

  Optional<Rescaling> rescaling() {
    return Optional.ofNullable(rescaling);
  }

  Optional<StrayLag> strayLag() {
    return Optional.ofNullable(strayLag);
  }

  boolean isPaused() {
    return paused;
  }

  Optional<String> ending() {
    return Optional.ofNullable(ending);
  }

  int waiting() {
    return waiting;
  }
}
