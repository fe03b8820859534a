package dev.chatcluster.e2e.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.e2e.log.LogCheck.Problem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Two senders, 20 messages each in turn, sent every 10 and delivered 5 later. */
class RoomCheckTest {
  private static final int EACH = 20;

  private final List<Message> log = new ArrayList<>();
  private final List<Message> seen = new ArrayList<>();
  private final List<Sent> senders = new ArrayList<>();

  RoomCheckTest() {
    for (int i = 0; i < 2 * EACH; i++) log.add(new Message(i % 2, 3, i / 2, 0, 10 * i));
    seen.addAll(log);
    for (int sender = 0; sender < 2; sender++) senders.add(sent(sender));
  }

  private static Sent sent(int sender, Integer... changes) {
    BitSet acknowledged = new BitSet();
    acknowledged.set(0, EACH);
    return new Sent(sender, acknowledged, new TreeSet<>(List.of(changes)));
  }

  private Findings check() {
    return check(0);
  }

  private Findings check(long subscribedAt) {
    Tape reference = new Tape();
    log.forEach(m -> reference.add(m.id(), m.sentAt()));
    Tape received = new Tape();
    long now = 0;
    for (Message m : seen) {
      now = Math.max(now, m.sentAt() + 5);
      received.add(m.id(), now);
    }
    return RoomCheck.of(reference, List.of(new Stream("client", subscribedAt, received)), senders);
  }

  @Test
  void aWholeStreamIsInOrder() {
    Findings findings = check();
    assertThat(findings.damage()).isEmpty();
    assertThat(findings.messages()).isEqualTo(2 * EACH);
    assertThat(findings.deliveries()).isEqualTo(2 * EACH);
    assertThat(findings.longestStallNanos()).isEqualTo(5);
  }

  @Test
  void aClientThatCameLaterHasTheRestOfIt() {
    seen.subList(0, 10).clear();
    assertThat(check(95).damage()).isEmpty();
  }

  @Test
  void whatWasSentAfterASubscriptionMustCome() {
    seen.subList(0, 10).clear();
    assertThat(check(85).damage())
        .containsExactly(new Damage.Disagreement("client", new Problem.Gap(0, 0)));
  }

  @Test
  void aClientThatReceivedNothingMissesAll() {
    seen.clear();
    assertThat(check(-1).damage())
        .containsExactly(new Damage.Disagreement("client", new Problem.Gap(0, 2 * EACH - 1)));
  }

  @Test
  void aGapIsReported() {
    seen.remove(7);
    assertThat(check().damage())
        .containsExactly(new Damage.Disagreement("client", new Problem.Gap(7, 7)));
  }

  @Test
  void aStreamThatStopsBeforeTheEndIsReported() {
    seen.removeLast();
    assertThat(check().damage())
        .containsExactly(
            new Damage.Disagreement("client", new Problem.Gap(2 * EACH - 1, 2 * EACH - 1)));
  }

  @Test
  void aMessageThatCameTwiceIsReported() {
    seen.add(9, seen.get(8));
    assertThat(check().damage())
        .containsExactly(new Damage.Disagreement("client", new Problem.Duplicate(8, 9)));
  }

  @Test
  void anOtherOrderThanTheReferencesIsReported() {
    Collections.swap(seen, 4, 5);
    assertThat(check().damage())
        .contains(new Damage.Disagreement("client", new Problem.Inversion(4, 5)));
  }

  @Test
  void aMessageThatOnlyAClientHasIsReported() {
    log.remove(12);
    assertThat(check().count(Damage.Disagreement.class)).isOne();
    assertThat(check().damage()).contains(new Damage.Lost(0, 6));
  }

  @Test
  void anAcknowledgedMessageThatIsNotThereIsLost() {
    log.remove(12);
    seen.remove(12);
    assertThat(check().damage()).containsExactly(new Damage.Lost(0, 6));
  }

  @Test
  void anUnacknowledgedMessageMayBeMissing() {
    log.remove(12);
    seen.remove(12);
    senders.getFirst().acknowledged().clear(6);
    assertThat(check().damage()).isEmpty();
  }

  @Test
  void aRecordThatIsThereTwiceIsDoubled() {
    log.add(30, log.get(10));
    assertThat(check().count(Damage.Doubled.class)).isOne();
  }

  @Test
  void aRetryThatIsThereTooIsCountedApart() {
    Message retry = new Message(0, 3, 5, 1, 10 * 10 + 1);
    log.add(11, retry);
    seen.add(11, retry);
    Findings findings = check();
    assertThat(findings.damage()).isEmpty();
    assertThat(findings.landedTwice()).isOne();
  }

  @Test
  void messagesOfASenderThatChangedPlacesAreReported() {
    Collections.swap(log, 10, 12);
    Collections.swap(seen, 10, 12);
    assertThat(check().damage()).contains(new Damage.Reordered(0, 5, 6));
  }

  @Test
  void aSwapAroundTheSendersOwnChangeOfPartitionIsCountedApart() {
    Collections.swap(log, 10, 12);
    Collections.swap(seen, 10, 12);
    senders.set(0, sent(0, 6));
    assertThat(check().count(Damage.Reordered.class)).isZero();
    assertThat(check().swaps()).isOne();
    senders.set(0, sent(0, 5));
    assertThat(check().damage()).contains(new Damage.Reordered(0, 5, 6));
    senders.set(0, sent(0, 7));
    assertThat(check().damage()).contains(new Damage.Reordered(0, 5, 6));
  }

  @Test
  void aMessageBehindOneThatWasSentAfterItsDeliveryIsReported() {
    Message late = new Message(1, 3, EACH, 0, 500);
    log.add(4, late);
    assertThat(check().count(Damage.Overtaken.class)).isOne();
    assertThat(check().damage().toString()).contains("message 2 of sender 0");
  }

  @Test
  void whatNobodySentIsReported() {
    Message foreign = new Message(9, 3, 0, 0, 395);
    log.add(foreign);
    seen.add(foreign);
    assertThat(check().damage())
        .containsExactly(new Damage.Foreign("message 0 of sender 9 to room 3, attempt 0"));
  }

  @Test
  void aBodySaysWhatItIs() {
    Message message = new Message(1023, 1000, Integer.MAX_VALUE, 255, -5);
    assertThat(Message.read(message.body())).isEqualTo(message);
    assertThat(Message.describe(message.id()))
        .isEqualTo("message 2147483647 of sender 1023 to room 1000, attempt 255");
  }
}
