package dev.chatcluster.consumer.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
  @ParameterizedTest
  @CsvSource({
    "'1.0,1.1,1.2',V1_2",
    "'1.2,1.0',V1_2",
    "'1.1, 1.0',V1_1",
    "1.0,V1_0",
    "'1.3,1.1',V1_1"
  })
  void agreesOnTheNewestCommonVersion(String accepted, StompVersion version) {
    assertThat(StompVersion.negotiate(accepted)).contains(version);
  }

  @Test
  void takesAMissingAcceptVersionForOneDotZero() {
    assertThat(StompVersion.negotiate(null)).contains(StompVersion.V1_0);
  }

  @Test
  void agreesOnNothingWithAStranger() {
    assertThat(StompVersion.negotiate("2.0")).isEmpty();
    assertThat(StompVersion.negotiate("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'10000,10000',25000",
    "'0,60000',60000",
    "'10000,0',0",
    "'0,0',0",
    "'0,25000',25000"
  })
  void stretchesHeartBeatsToTheLongerInterval(String client, long interval) {
    assertThat(new HeartBeat(25000, 0).towards(HeartBeat.parse(client))).isEqualTo(interval);
  }

  @Test
  void takesNoHeartBeatHeaderForNone() {
    assertThat(HeartBeat.parse(null)).isEqualTo(HeartBeat.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "a,b", "1,", ",1", "-1,0", "1,2,3", "99999999999999999999,0"})
  void refusesHeartBeatsThatAreNotTwoNumbers(String header) {
    assertThatThrownBy(() -> HeartBeat.parse(header))
        .isInstanceOf(StompException.class)
        .hasMessageContaining("is not two numbers of milliseconds");
  }

  @Test
  void showsHostileTextHarmlessly() {
    assertThat(Printable.of("a\u001b[31m\r\n")).isEqualTo("a.[31m..");
    assertThat(Printable.of("x".repeat(200))).hasSize(81).endsWith("…");
  }
}
