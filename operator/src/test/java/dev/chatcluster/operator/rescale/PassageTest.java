package dev.chatcluster.operator.rescale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.room.Partitioning;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassageTest {
  private static final List<Epoch> EPOCHS = List.of(epoch(0, 2), epoch(1, 3), epoch(2, 1));

  private static Epoch epoch(int number, int partitions) {
    return new Epoch(number, partitions, Partitioning.MODULO, List.of(), List.of());
  }

  @Test
  void keepsTheTimeOfALookThatSaidTheSameOfTheSameRecords() {
    Passage told = new Passage(0, Instant.EPOCH, List.of(9L, 5L), List.of(9L, 5L));
    Instant later = Instant.EPOCH.plusSeconds(60);
    Passage idle = new Passage(0, later, List.of(9L, 5L), List.of(9L, 6L));
    Passage written = new Passage(0, later, List.of(9L, 6L), List.of(9L, 6L));
    Passage behind = new Passage(0, later, List.of(9L, 5L), List.of(9L, 4L));
    assertThat(idle.orAsTold(told)).isEqualTo(told);
    assertThat(written.orAsTold(told)).isEqualTo(written);
    assertThat(behind.orAsTold(told)).isEqualTo(behind);
    assertThat(told.orAsTold(null)).isEqualTo(told);
  }

  @Test
  void aPodHasHandedOverWhatIsPassedInAllPartitionsItEverOwned() {
    // Pod 1 owned 1 and 3 in epoch 0, and 1 in epoch 1; pod 2 owned 2 in epoch 1 only.
    Passage passage =
        new Passage(2, Instant.EPOCH, List.of(9L, 5L, 5L, 5L), List.of(0L, 5L, 4L, 4L));
    assertThat(passage.left()).isEqualTo(11);
    assertThat(passage.handedOver(1, EPOCHS)).isFalse();
    assertThat(passage.handedOver(2, EPOCHS)).isFalse();
    assertThat(passage.handedOver(3, EPOCHS)).as("one that never owned any").isTrue();
    Passage later = passage.with(List.of(0L, 0L, 5L, 4L));
    assertThat(later.handedOver(1, EPOCHS)).isFalse();
    assertThat(later.handedOver(2, EPOCHS)).isTrue();
    assertThat(later.with(List.of(0L, 9L, 0L, 5L)).handedOver(1, EPOCHS)).isTrue();
  }
}
