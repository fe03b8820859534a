package dev.chatcluster.roomlog.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  private static final LogId LOG = new LogId("6f0c", "AAAAAAAAAAAAAAAAAAAAAA");

  @Property
  void whatItWritesItReads(
      @ForAll @IntRange(max = 999_999_999) int epoch,
      @ForAll @IntRange(max = 999_999_999) int partition,
      @ForAll @LongRange(min = -1, max = 999_999_999_999_999_999L) long offset) {
    Token token = LOG.token(new Position(epoch, partition, offset));
    assertThat(Token.parse(token.toString())).contains(token);
    assertThat(token.toString()).doesNotContain(":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.abcdefgh.0.0",
        "2.abcdefgh.0.0.0",
        "1.abcdefg.0.0.0",
        "1.abcdefgh.00.0.0",
        "1.abcdefgh.0.0.-2",
        "1.abcdefgh.0.0.0 ",
        "1.abcdefgh.0.0.+1",
        "1.abcdefgh.-1.0.0",
        "1.abcdefgh.0.0.9999999999999999999",
        "1.abcdefgh.9999999999.0.0",
        "1.abc:efgh.0.0.0",
      })
  void whatItWouldNotWriteItDoesNotRead(String text) {
    assertThat(Token.parse(text)).isEmpty();
  }

  @Test
  void nothingIsNoToken() {
    assertThat(Token.parse(null)).isEmpty();
    assertThat(Token.parse("1.abcdefgh.0.0." + "1".repeat(1000))).isEmpty();
  }

  @Test
  void theFingerprintTellsLogsApartAndStaysTheSame() {
    assertThat(LOG.fingerprint())
        .hasSize(8)
        .isEqualTo(new LogId(LOG.uid(), LOG.topicId()).fingerprint());
    assertThat(LOG.fingerprint()).isNotEqualTo(new LogId("6f0d", LOG.topicId()).fingerprint());
    assertThat(LOG.fingerprint()).isNotEqualTo(new LogId(LOG.uid(), "other").fingerprint());
    assertThat(new LogId("a", "b\nc").fingerprint())
        .isNotEqualTo(new LogId("a\nb", "d").fingerprint());
  }

  @Test
  void positionsAreOrderedByEpochThenOffset() {
    Position first = new Position(0, 2, 900);
    Position moved = new Position(1, 0, 3);
    assertThat(moved.isAfter(first)).isTrue();
    assertThat(first.isAfter(moved)).isFalse();
    assertThat(new Position(1, 0, 4).isAfter(moved)).isTrue();
    assertThat(moved.isAfter(moved)).isFalse();
    assertThatThrownBy(() -> new Position(0, -1, 0)).hasMessageContaining("no position");
  }
}
