package dev.chatcluster.roomlog.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatcluster.roomlog.room.Located.In;
import dev.chatcluster.roomlog.room.Located.Nowhere;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoomSourceTest {
  private static final Headers NONE = new RecordHeaders();

  @Test
  void theSeedsRecordIsInItsRoomId() {
    String record =
        "{\"_id\":\"4\",\"roomId\":1,\"userId\":\"test1\",\"messageType\":\"TEXT\",\"message\":\"hi\"}";
    assertThat(json("/roomId", record)).isEqualTo(new In("1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/roomId         | {\"roomId\":\"lobby\"}                  | lobby",
        "/a/b            | {\"a\":{\"x\":{\"b\":9},\"b\":7}}       | 7",
        "/a/1            | {\"a\":[5,6,7]}                         | 6",
        "/a~1b           | {\"a/b\":\"slash\"}                     | slash",
        "/r              | {\"r\":1,\"r\":2}                       | 1",
        "/r              | {\"r\":12345678901234567890}            | 12345678901234567890",
        "/0              | [\"first\"]                             | first",
      })
  void aPointerLeadsToARoom(String pointer, String value, String room) {
    assertThat(json(pointer, value)).isEqualTo(new In(room));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "{",
        "nonsense",
        "{\"r\":1",
        "{\"r\":1}}",
        "{\"r\":1} {\"r\":2}",
        "{\"r\":1,x}",
        "{\"r\":\"\u0001\"}",
      })
  void whatIsNotOneJsonDocumentIsSaidSoEvenBehindTheRoom(String value) {
    assertThat(json("/r", value)).isEqualTo(Nowhere.INVALID_JSON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                | NO_FIELD",
        "[1]               | NO_FIELD",
        "7                 | NO_FIELD",
        "{\"r\":null}      | NO_FIELD",
        "{\"x\":{\"r\":1}} | NO_FIELD",
        "{\"r\":{}}        | NOT_A_NAME",
        "{\"r\":[1]}       | NOT_A_NAME",
        "{\"r\":true}      | NOT_A_NAME",
        "{\"r\":\"\"}      | BAD_ROOM_ID",
        "{\"r\":\"__chat\"}| BAD_ROOM_ID",
      })
  void aRecordWithoutARoomIsInNoneForAReason(String value, Nowhere why) {
    assertThat(json("/r", value)).isEqualTo(why);
  }

  @Test
  void theKeyIsTheRoomAndAnEmptyValueIsAMessage() {
    RoomSource key = new RoomSource.Key();
    assertThat(key.locate("Räume".getBytes(UTF_8), NONE, new byte[0])).isEqualTo(new In("Räume"));
    assertThat(key.locate(null, NONE, new byte[0])).isEqualTo(Nowhere.NO_KEY);
    assertThat(key.locate("7".getBytes(UTF_8), NONE, null)).isEqualTo(Nowhere.NULL_VALUE);
    assertThat(key.locate(new byte[] {(byte) 0xc3, 0x28}, NONE, new byte[0]))
        .isEqualTo(Nowhere.BAD_ROOM_ID);
    assertThat(key.locate(new byte[201], NONE, new byte[0])).isEqualTo(Nowhere.BAD_ROOM_ID);
  }

  @Test
  void theLastHeaderOfTheNameIsTheRoom() {
    RoomSource header = new RoomSource.Header("room");
    Headers two =
        new RecordHeaders().add("room", "1".getBytes(UTF_8)).add("room", "2".getBytes(UTF_8));
    assertThat(header.locate(null, two, new byte[0])).isEqualTo(new In("2"));
    assertThat(header.locate(null, NONE, new byte[0])).isEqualTo(Nowhere.NO_HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Key", "Header:room", "Json:/roomId", "Json:/a/0/b~1c"})
  void itsTextLeadsBack(String text) {
    assertThat(RoomSource.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "Header:", "Header:chat-room", "Json:roomId", "Json:", ""})
  void anUnusableSourceIsRefusedWithASentence(String text) {
    assertThatThrownBy(() -> RoomSource.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRoomIdIsBoundedInBytes() {
    assertThat(RoomId.problem("é".repeat(100))).isEmpty();
    assertThat(RoomId.problem("é".repeat(100) + "x"))
        .hasValueSatisfying(why -> assertThat(why).contains("201 bytes"));
    assertThat(RoomId.problem("a\nb")).isPresent();
    assertThat(RoomId.problem("\ud800")).isPresent();
    assertThat(RoomId.problem("\ud83d\ude00")).isEmpty();
  }

  private static Located json(String pointer, String value) {
    return new RoomSource.Json(pointer).locate(null, NONE, value.getBytes(UTF_8));
  }
}
