package dev.chatcluster.roomlog.epoch;

import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.position.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the control topic says after some of its records, read from its beginning. The first valid
 * record of a kind and number wins, so that everybody who has read as far knows the same; a value,
 * never changed.
 */
public final class ControlState {
  /** Before the first record. */
  public static final ControlState EMPTY =
      new ControlState(null, List.of(), null, new Owned(0, Optional.empty()));

  private final LogId logId;
  private final List<Epoch> epochs;
  private final CutStarted cutting;
  private final Owned owned;

  private ControlState(LogId logId, List<Epoch> epochs, CutStarted cutting, Owned owned) {
    this.logId = logId;
    this.epochs = epochs;
    this.cutting = cutting;
    this.owned = owned;
  }

  /**
   * The state after one record more; this one, the same object, when the record counts for nothing.
   * {@code epoch(0)} counts when it is the first, {@code cut(k)} when epoch k-1 is the newest and
   * no cut has begun, {@code epoch(k)} when {@code cut(k)} has, {@code owner(k)} when owner k-1 is
   * the newest.
   */
  public ControlState apply(ControlRecord next) {
    if (next instanceof EpochPublished published) return publish(published);
    if (next instanceof CutStarted cut) return start(cut);
    if (next instanceof Owned later && later.number() == owned.number() + 1) {
      return new ControlState(logId, epochs, cutting, later);
    }
    return this;
  }

  private ControlState publish(EpochPublished published) {
    Epoch epoch = published.epoch();
    if (epochs.isEmpty()) {
      return epoch.number() == 0
          ? new ControlState(published.logId(), List.of(epoch), null, owned)
          : this;
    }
    if (cutting == null || !published.logId().equals(logId) || epoch.number() != cutting.number()) {
      return this;
    }
    List<Epoch> longer = new ArrayList<>(epochs);
    longer.add(epoch);
    return new ControlState(logId, List.copyOf(longer), null, owned);
  }

  private ControlState start(CutStarted cut) {
    boolean counts =
        cutting == null
            && !epochs.isEmpty()
            && cut.logId().equals(logId)
            && cut.number() == epochs.size();
    return counts ? new ControlState(logId, epochs, cut, owned) : this;
  }

  /** The log's identity; empty before {@code epoch(0)}. */
  public Optional<LogId> logId() {
    return Optional.ofNullable(logId);
  }

  /** All published epochs; an epoch's number is its index. */
  public List<Epoch> epochs() {
    return epochs;
  }

  /** The newest published epoch; empty before {@code epoch(0)}. */
  public Optional<Epoch> current() {
    return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
  }

  /** The cut that has begun and whose epoch is not published yet. */
  public Optional<CutStarted> cutting() {
    return Optional.ofNullable(cutting);
  }

  /** The newest record of whom the log belongs to; of number 0, and to none, at the beginning. */
  public Owned owned() {
    return owned;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ControlState state
        && Objects.equals(logId, state.logId)
        && epochs.equals(state.epochs)
        && Objects.equals(cutting, state.cutting)
        && owned.equals(state.owned);
  }

  @Override
  public int hashCode() {
    return Objects.hash(logId, epochs, cutting, owned);
  }
}
