package dev.chatcluster.roomlog.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarrierTest {
  private static final CutStarted CUT =
      new CutStarted(new LogId("u", "t"), 3, 4, Partitioning.MODULO, List.of(1L, 2L), "secret");
  private static final byte[] KEY = Names.CONTROL_ROOM.getBytes(UTF_8);

  @Test
  void itsRecordHasItsFormatForEver() {
    ProducerRecord<byte[], byte[]> record = Barrier.of(CUT).record("chat", 1);
    assertThat(record.topic()).isEqualTo("chat");
    assertThat(record.partition()).isEqualTo(1);
    assertThat(record.key()).asString(UTF_8).isEqualTo("__chat");
    assertThat(record.headers().lastHeader("chat-ctl").value())
        .asString(UTF_8)
        .isEqualTo("barrier");
    assertThat(record.value())
        .asString(UTF_8)
        .isEqualTo(
            "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":3,\"n\":4,\"map\":\"mod\",\"nonce\":\"secret\"}");
  }

  @Test
  void whatIsWrittenIsReadAndIsOfItsCut() {
    ProducerRecord<byte[], byte[]> record = Barrier.of(CUT).record("chat", 1);
    Optional<Barrier> read = Barrier.read(record.key(), record.headers(), record.value());
    assertThat(read).contains(Barrier.of(CUT));
    assertThat(read.orElseThrow().isOf(CUT)).isTrue();
  }

  @Test
  void oneThatDiffersInAnythingIsNotOfTheCut() {
    LogId log = CUT.logId();
    assertThat(
            List.of(
                new Barrier(log, 3, 4, "mod", "guessed"),
                new Barrier(log, 2, 4, "mod", "secret"),
                new Barrier(log, 3, 5, "mod", "secret"),
                new Barrier(log, 3, 4, "jump", "secret"),
                new Barrier(new LogId("u", "x"), 3, 4, "mod", "secret"),
                new Barrier(new LogId("x", "t"), 3, 4, "mod", "secret")))
        .noneMatch(barrier -> barrier.isOf(CUT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "[]",
        "{",
        "{}",
        "{\"v\":2,\"uid\":\"u\",\"tid\":\"t\",\"k\":3,\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"tid\":\"t\",\"k\":3,\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"k\":3,\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":3,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":3,\"n\":4,\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":3,\"n\":4,\"map\":\"mod\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":0,\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":3,\"n\":0,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":\"3\",\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
        "{\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":99999999999,\"n\":4,\"map\":\"mod\",\"nonce\":\"s\"}",
      })
  void whatCannotBeReadClaimsNothing(String value) {
    assertThat(Barrier.read(KEY, headers("barrier"), value.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void onlyTheHeaderAndTheKeyTogetherMakeOne() {
    byte[] value = Barrier.of(CUT).record("chat", 1).value();
    assertThat(Barrier.read(KEY, headers("barrier"), value)).isPresent();
    assertThat(Barrier.read(KEY, new RecordHeaders(), value)).isEmpty();
    assertThat(Barrier.read(KEY, headers("barriers"), value)).isEmpty();
    assertThat(Barrier.read("room".getBytes(UTF_8), headers("barrier"), value)).isEmpty();
    assertThat(Barrier.read(null, headers("barrier"), value)).isEmpty();
    assertThat(Barrier.read(KEY, headers("barrier"), null)).isEmpty();
    assertThat(Barrier.read(KEY, new RecordHeaders().add(Names.CONTROL_HEADER, null), value))
        .isEmpty();
  }

  @Test
  void fieldsThatALaterVersionAddsArePassedOverAndAHugeValueIsNotRead() {
    String value = new String(Barrier.of(CUT).record("chat", 1).value(), UTF_8);
    String longer = value.replace("}", ",\"x\":{\"nonce\":\"other\"},\"y\":[1]}");
    assertThat(Barrier.read(KEY, headers("barrier"), longer.getBytes(UTF_8)))
        .contains(Barrier.of(CUT));
    String huge = value.replace("}", ",\"x\":\"" + "x".repeat(5_000) + "\"}");
    assertThat(Barrier.read(KEY, headers("barrier"), huge.getBytes(UTF_8))).isEmpty();
  }

  private static Headers headers(String kind) {
    return new RecordHeaders().add(Names.CONTROL_HEADER, kind.getBytes(UTF_8));
  }
}
