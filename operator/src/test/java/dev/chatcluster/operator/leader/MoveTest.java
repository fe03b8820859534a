package dev.chatcluster.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoveTest {
  private static final Holding OTHERS = new Holding("b", Duration.ofSeconds(15));

  private static Move standby(Holding holding, int unchangedSeconds) {
    return Move.next("a", false, Optional.of(holding), Duration.ofSeconds(unchangedSeconds));
  }

  @Test
  void takesALeaseThatIsNobodysOrItsOwn() {
    assertThat(Move.next("a", false, Optional.empty(), Duration.ZERO)).isEqualTo(new Move.Hold());
    assertThat(standby(Holding.NOBODY, 0)).isEqualTo(new Move.Hold());
    // Its container was started anew in the same pod.
    assertThat(standby(new Holding("a", Duration.ofSeconds(15)), 0)).isEqualTo(new Move.Hold());
  }

  @Test
  void standsByUntilItHasSeenNoChangeForAsLongAsTheLeaseHolds() {
    assertThat(standby(OTHERS, 0)).isEqualTo(new Move.StandBy(Duration.ofSeconds(15)));
    assertThat(standby(OTHERS, 14)).isEqualTo(new Move.StandBy(Duration.ofSeconds(1)));
    assertThat(standby(OTHERS, 15)).isEqualTo(new Move.Hold());
  }

  @Test
  void goesOnLeadingOnlyWhileTheLeaseIsItsOwn() {
    Holding own = new Holding("a", Duration.ofSeconds(15));
    assertThat(Move.next("a", true, Optional.of(own), Duration.ofHours(1)))
        .isEqualTo(new Move.Hold());
    assertThat(Move.next("a", true, Optional.of(OTHERS), Duration.ofHours(1)))
        .isEqualTo(new Move.Yield("b"));
    assertThat(Move.next("a", true, Optional.empty(), Duration.ZERO)).isEqualTo(new Move.Yield(""));
  }

  @Test
  void readsALeaseThatSaysLittle() {
    assertThat(Holding.of(new LeaseBuilder().build())).isEqualTo(Holding.NOBODY);
    assertThat(
            Holding.of(new LeaseBuilder().withNewSpec().withHolderIdentity("b").endSpec().build()))
        .isEqualTo(new Holding("b", Duration.ZERO));
  }

  @Test
  void aLeaderEndsBeforeOthersMayBeginAndTheyBeginWithinTwentySeconds() {
    LeaseTiming timing = LeaseTiming.DEFAULT;
    assertThat(timing.renew().plus(timing.retry())).isLessThan(timing.lease());
    assertThat(timing.request().multipliedBy(2).plus(timing.retry())).isLessThan(timing.renew());
    assertThat(timing.lease().plus(timing.retry())).isLessThan(Duration.ofSeconds(18));
  }
}
