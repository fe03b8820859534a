package dev.chatcluster.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;

/**
 * What a Lease says.
 *
 * @param holder empty when nobody holds it
 * @param length for which it holds since it was renewed
 */
record Holding(String holder, Duration length) {
  static final Holding NOBODY = new Holding("", Duration.ZERO);

  static Holding of(Lease lease) {
    LeaseSpec spec = lease.getSpec();
    if (spec == null || spec.getHolderIdentity() == null) return NOBODY;
    Integer seconds = spec.getLeaseDurationSeconds();
    return new Holding(spec.getHolderIdentity(), Duration.ofSeconds(seconds == null ? 0 : seconds));
  }
}
