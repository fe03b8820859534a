package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.status.Rescaling;
import dev.chatcluster.operator.status.StrayLag;
import dev.chatcluster.operator.status.Trouble;
import java.util.List;
import java.util.Optional;

/**
 * How far a rescale is.
 *
 * @param condition the same for the status
 * @param trouble why it does not go on
 * @param strayLag how far the routers are behind; null while nobody knows
 * @param released partitions whose pods are not needed any more
 */
public record Progress(
    Phase phase,
    Rescaling condition,
    Optional<Trouble> trouble,
    StrayLag strayLag,
    List<Integer> released) {

  /** Whether {@code later} is worth a reconciliation; that nothing is behind, as ever, is not. */
  boolean leadsTo(Progress later) {
    boolean asEver = strayLag == null && later.strayLag != null && later.strayLag.records() == 0;
    Progress seen =
        asEver ? new Progress(phase, condition, trouble, later.strayLag, released) : this;
    return !seen.equals(later);
  }
}
