package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.roomlog.room.RoomSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RoomRuleTest {
  private static Outgoing message(String room, String body, MessageHeader... headers) {
    return new Outgoing(room, body.getBytes(StandardCharsets.UTF_8), List.of(headers), null);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Test
  void withKeyTheRoomIsTheKey() {
    RoomRule rule = new RoomRule("t", new RoomSource.Key());
    Outgoing message = message("grün", "not json");
    assertThat(rule.problem(message)).isEmpty();
    ProducerRecord<byte[], byte[]> record = rule.toRecord(message, 4);
    assertThat(text(record.key())).isEqualTo("grün");
    assertThat(record.partition()).isEqualTo(4);
    assertThat(text(record.value())).isEqualTo("not json");
  }

  @Test
  void withHeaderTheRoomIsSetWhateverTheClientSet() {
    RoomRule rule = new RoomRule("t", new RoomSource.Header("room"));
    Outgoing message = message("7", "x", new MessageHeader("room", "8"));
    assertThat(rule.problem(message)).isEmpty();
    assertThat(rule.toRecord(message, 0).headers().headers("room"))
        .singleElement()
        .satisfies(h -> assertThat(text(h.value())).isEqualTo("7"));
  }

  @Test
  void withJsonTheBodysRoomMustBeTheOneItIsSentTo() {
    RoomRule rule = new RoomRule("t", new RoomSource.Json("/roomId"));
    assertThat(rule.problem(message("7", "{\"roomId\":7}"))).isEmpty();
    assertThat(rule.problem(message("7", "{\"roomId\":\"7\"}"))).isEmpty();
    assertThat(rule.problem(message("7", "{\"roomId\":8}")).orElseThrow())
        .contains("/roomId", "\"8\"", "\"7\"");
    assertThat(rule.problem(message("7", "{}")).orElseThrow()).contains("/roomId", "\"7\"");
    assertThat(rule.problem(message("7", "hello")).orElseThrow()).contains("JSON", "\"7\"");
  }

  @Test
  void headersAndTheIdempotencyKeyTravelWithTheRecordAndReservedOnesDoNot() {
    Outgoing message =
        new Outgoing(
            "7",
            new byte[0],
            List.of(
                new MessageHeader("content-type", "text/plain"),
                new MessageHeader("chat-fwd", "1:2:3")),
            "key-1");
    ProducerRecord<byte[], byte[]> record =
        new RoomRule("t", new RoomSource.Key()).toRecord(message, 0);
    assertThat(record.headers())
        .extracting(h -> h.key() + "=" + text(h.value()))
        .containsExactly("content-type=text/plain", "idempotency-key=key-1");
  }
}
