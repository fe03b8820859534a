package dev.chatcluster.e2e.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.chatcluster.e2e.log.LogCheck.Problem.Duplicate;
import dev.chatcluster.e2e.log.LogCheck.Problem.Foreign;
import dev.chatcluster.e2e.log.LogCheck.Problem.Gap;
import dev.chatcluster.e2e.log.LogCheck.Problem.Inversion;
import dev.chatcluster.e2e.log.LogCheck.Problem.More;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogCheckTest {
  private final LogCheck check = new LogCheck(new long[] {10, 11, 12, 13, 14});

  @Test
  void theWholeLogInOrderHasNoProblem() {
    assertThat(check.problems(new long[] {10, 11, 12, 13, 14})).isEmpty();
  }

  @Test
  void aMissingMessageIsAGap() {
    assertThat(check.problems(new long[] {10, 11, 13, 14})).containsExactly(new Gap(2, 2));
  }

  @Test
  void aMissingEndIsAGap() {
    assertThat(check.problems(new long[] {10, 11})).containsExactly(new Gap(2, 4));
  }

  @Test
  void aMissingBeginningIsAGap() {
    assertThat(check.problems(new long[] {12, 13, 14})).containsExactly(new Gap(0, 1));
  }

  @Test
  void nothingAtAllIsAGap() {
    assertThat(check.problems(new long[0])).containsExactly(new Gap(0, 4));
  }

  @Test
  void aMessageThatComesTwiceIsADuplicate() {
    assertThat(check.problems(new long[] {10, 11, 11, 12, 13, 14}))
        .containsExactly(new Duplicate(1, 2));
  }

  @Test
  void aReplayThatReachesTooFarBackIsADuplicateOfEach() {
    assertThat(check.problems(new long[] {10, 11, 12, 11, 12, 13, 14}))
        .containsExactly(new Duplicate(1, 3), new Duplicate(2, 4));
  }

  @Test
  void twoMessagesThatChangePlacesAreAnInversion() {
    assertThat(check.problems(new long[] {10, 12, 11, 13, 14}))
        .containsExactly(new Inversion(1, 2));
  }

  @Test
  void aMessageOfAnotherRoomIsForeign() {
    assertThat(check.problems(new long[] {10, 11, 99, 12, 13, 14})).containsExactly(new Foreign(2));
  }

  @Test
  void anyOneDisturbanceOfALongLogIsFound() {
    long[] log = LongStream.range(0, 500).map(n -> n * 31).toArray();
    LogCheck longCheck = new LogCheck(log);
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int place = random.nextInt(log.length);
      int other = (place + 1 + random.nextInt(log.length - 1)) % log.length;
      assertThat(longCheck.problems(without(log, place))).containsExactly(new Gap(place, place));
      assertThat(longCheck.problems(again(log, place)))
          .containsExactly(new Duplicate(place, log.length));
      assertThat(longCheck.problems(swapped(log, place, other)))
          .isNotEmpty()
          .allMatch(problem -> problem instanceof Inversion || problem instanceof More);
    }
  }

  @Test
  void aLogThatHoldsAMessageTwiceIsNoReference() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogCheck(new long[] {1, 2, 1}))
        .withMessageContaining("twice");
  }

  private static long[] without(long[] log, int place) {
    return LongStream.range(0, log.length).filter(n -> n != place).map(n -> log[(int) n]).toArray();
  }

  private static long[] again(long[] log, int place) {
    return LongStream.concat(LongStream.of(log), LongStream.of(log[place])).toArray();
  }

  private static long[] swapped(long[] log, int one, int other) {
    long[] swapped = log.clone();
    swapped[one] = log[other];
    swapped[other] = log[one];
    return swapped;
  }
}
