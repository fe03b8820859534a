package dev.chatcluster.roomlog.order;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.position.LogId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The record in a partition at which an epoch begins to count there. Anybody who may write to the
 * topic can write one that looks like it; it counts when the control log has the cut it names, with
 * its nonce.
 *
 * @param logId of the log that is cut
 * @param number k, of the epoch to come
 * @param partitions n, that it will have
 * @param partitioning its wire name
 * @param nonce of the cut
 */
public record Barrier(LogId logId, int number, int partitions, String partitioning, String nonce) {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final byte[] KEY = Names.CONTROL_ROOM.getBytes(StandardCharsets.UTF_8);
  private static final byte[] KIND = "barrier".getBytes(StandardCharsets.UTF_8);
  private static final int MOST_BYTES = 4096;

  /** The barrier that a cut writes into every partition. */
  public static Barrier of(CutStarted cut) {
    return new Barrier(
        cut.logId(), cut.number(), cut.partitions(), cut.partitioning().wireName(), cut.nonce());
  }

  /** Whether {@code cut} is what this barrier says it is of. */
  public boolean isOf(CutStarted cut) {
    return equals(of(cut));
  }

  /** The record to write into {@code partition} of {@code topic}. */
  public ProducerRecord<byte[], byte[]> record(String topic, int partition) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, KEY.clone(), toJson());
    record.headers().add(Names.CONTROL_HEADER, KIND.clone());
    return record;
  }

  /** What a record claims to be the barrier of; empty when it claims nothing that can be read. */
  public static Optional<Barrier> read(byte[] key, Headers headers, byte[] value) {
    Header kind = headers.lastHeader(Names.CONTROL_HEADER);
    if (kind == null || !Arrays.equals(kind.value(), KIND) || !Arrays.equals(key, KEY)) {
      return Optional.empty();
    }
    if (value == null || value.length > MOST_BYTES) return Optional.empty();
    try {
      return Optional.ofNullable(parse(value));
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private byte[] toJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", ControlRecord.VERSION);
      json.writeStringField("uid", logId.uid());
      json.writeStringField("tid", logId.topicId());
      json.writeNumberField("k", number);
      json.writeNumberField("n", partitions);
      json.writeStringField("map", partitioning);
      json.writeStringField("nonce", nonce);
      json.writeEndObject();
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
    return out.toByteArray();
  }

  private static Barrier parse(byte[] value) throws IOException {
    String uid = null;
    String topicId = null;
    String map = null;
    String nonce = null;
    int version = -1;
    int number = -1;
    int partitions = -1;
    try (JsonParser json = FACTORY.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) return null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_STRING) {
          switch (name) {
            case "uid":
              uid = json.getText();
              break;
            case "tid":
              topicId = json.getText();
              break;
            case "map":
              map = json.getText();
              break;
            case "nonce":
              nonce = json.getText();
              break;
            default:
          }
        } else if (token == JsonToken.VALUE_NUMBER_INT && json.getText().length() < 10) {
          switch (name) {
            case "v":
              version = json.getIntValue();
              break;
            case "k":
              number = json.getIntValue();
              break;
            case "n":
              partitions = json.getIntValue();
              break;
            default:
          }
        } else {
          json.skipChildren();
        }
      }
    }
    boolean whole =
        version == ControlRecord.VERSION
            && uid != null
            && topicId != null
            && map != null
            && nonce != null
            && number > 0
            && partitions > 0;
    return whole ? new Barrier(new LogId(uid, topicId), number, partitions, map, nonce) : null;
  }
}
