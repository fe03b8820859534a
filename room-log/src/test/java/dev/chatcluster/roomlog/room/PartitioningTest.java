package dev.chatcluster.roomlog.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PartitioningTest {
  @Property
  void kafkaDefaultIsWhatKafkasOwnPartitionerDoesWithTheRoomAsKey(
      @ForAll @StringLength(max = 40) String room,
      @ForAll @IntRange(min = 1, max = 1000) int count) {
    assertThat(Partitioning.KAFKA_DEFAULT.partition(room, count))
        .isEqualTo(
            BuiltInPartitioner.partitionForKey(room.getBytes(StandardCharsets.UTF_8), count));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3, 0",
    "7, 3, 1",
    "-1, 3, 2",
    "9223372036854775807, 1000, 807",
    "-9223372036854775808, 1000, 192",
  })
  void moduloIsFloorModOfNumericIds(String room, int count, int partition) {
    assertThat(Partitioning.MODULO.partition(room, count)).isEqualTo(partition);
  }

  @ParameterizedTest
  @CsvSource({"lobby", "7a", "-", "+7", "7.0", "9223372036854775808", "99999999999999999999"})
  void moduloTreatsOtherIdsAsKafkaDefault(String room) {
    assertThat(Partitioning.MODULO.partition(room, 97))
        .isEqualTo(Partitioning.KAFKA_DEFAULT.partition(room, 97));
  }

  @Test
  void moduloAndKafkaDefaultAgreeByChanceOnly() {
    assertThat(agreement(3)).isEqualTo(324);
    assertThat(agreement(8)).isEqualTo(125);
  }

  private static long agreement(int count) {
    return IntStream.range(0, 1000)
        .mapToObj(Integer::toString)
        .filter(
            room ->
                Partitioning.MODULO.partition(room, count)
                    == Partitioning.KAFKA_DEFAULT.partition(room, count))
        .count();
  }

  @Test
  void jumpMovesOneRoomInNineFromEightToNineAndOnlyToTheNewPartition() {
    long moved =
        IntStream.range(0, 90_000)
            .mapToObj(i -> "room-" + i)
            .filter(
                room -> {
                  int before = Partitioning.JUMP.partition(room, 8);
                  int after = Partitioning.JUMP.partition(room, 9);
                  assertThat(after).isIn(before, 8);
                  return before != after;
                })
            .count();
    assertThat(moved).isBetween(9_600L, 10_400L);
  }

  @Test
  void jumpNeverChanges() {
    assertThat(IntStream.range(0, 12).map(i -> Partitioning.JUMP.partition("room-" + i, 1000)))
        .as("rooms 0 to 11 as the first version placed them")
        .containsExactly(336, 157, 881, 288, 441, 403, 827, 870, 626, 550, 945, 224);
  }

  @Property
  void everyRuleStaysInRange(
      @ForAll Partitioning rule,
      @ForAll @StringLength(max = 30) String room,
      @ForAll @IntRange(min = 1, max = 1000) int count) {
    assertThat(rule.partition(room, count)).isBetween(0, count - 1);
  }

  @ParameterizedTest
  @EnumSource
  void bothNamesLeadBack(Partitioning rule) {
    assertThat(Partitioning.ofApiName(rule.apiName())).isEqualTo(rule);
    assertThat(Partitioning.ofWireName(rule.wireName())).isEqualTo(rule);
  }

  @Test
  void anUnknownNameIsToldWithThoseThereAre() {
    assertThatThrownBy(() -> Partitioning.ofApiName("modulo"))
        .hasMessage("unknown partitioning \"modulo\": use one of KafkaDefault, Modulo, Jump");
    assertThatThrownBy(() -> Partitioning.ofWireName("Modulo")).hasMessageContaining("Modulo");
    assertThatThrownBy(() -> Partitioning.JUMP.partition("a", 0))
        .hasMessageContaining("at least 1");
  }
}
