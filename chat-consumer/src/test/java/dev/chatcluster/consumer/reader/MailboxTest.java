package dev.chatcluster.consumer.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final int FLOOD = 100_000;

  private final Mailbox mailbox = new Mailbox(Thread.currentThread(), () -> {});

  @Test
  void notesAreCarriedOutInTheirOrder() {
    List<Integer> done = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int note = i;
      mailbox.post(() -> done.add(note));
    }
    mailbox.carryOut();
    assertThat(done).containsExactly(0, 1, 2, 3, 4);
    assertThat(mailbox.mayWait()).isTrue();
  }

  @Test
  void aFloodOfNotesLetsTheOwnerPollAndNotWait() {
    int[] done = {0};
    mailbox.post(() -> again(done));
    mailbox.carryOut();
    assertThat(done[0]).isPositive();
    assertThat(mailbox.mayWait()).isFalse();
    int before = done[0];
    mailbox.carryOut();
    assertThat(done[0]).isGreaterThan(before);
  }

  private void again(int[] done) {
    if (done[0]++ < FLOOD) mailbox.post(() -> again(done));
  }
}
