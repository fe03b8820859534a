package dev.chatcluster.roomlog.epoch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlRecord.Sync;
import dev.chatcluster.roomlog.epoch.ControlRecord.Unknown;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Control records as JSON. Unknown fields are passed over, so that later versions may add some. */
final class ControlJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private ControlJson() {}

  static byte[] write(ControlRecord written) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      if (written instanceof EpochPublished published) {
        Epoch epoch = published.epoch();
        head(json, "epoch");
        log(json, published.logId(), epoch.number(), epoch.partitions(), epoch.partitioning());
        offsets(json, "B", epoch.barriers());
        offsets(json, "F", epoch.routed());
      } else if (written instanceof CutStarted cut) {
        head(json, "cut");
        log(json, cut.logId(), cut.number(), cut.partitions(), cut.partitioning());
        offsets(json, "hint", cut.hint());
        json.writeStringField("nonce", cut.nonce());
      } else if (written instanceof Owned owned) {
        head(json, "owner");
        json.writeNumberField("k", owned.number());
        if (owned.owner().isPresent()) owner(json, owned.owner().get());
      } else if (written instanceof Sync sync) {
        head(json, "sync");
        json.writeStringField("who", sync.who());
        json.writeStringField("inc", sync.incarnation());
      } else {
        throw new IllegalArgumentException("only known records are written: " + written);
      }
      json.writeEndObject();
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
    return out.toByteArray();
  }

  private static void head(JsonGenerator json, String type) throws IOException {
    json.writeStringField("t", type);
    json.writeNumberField("v", ControlRecord.VERSION);
  }

  private static void log(
      JsonGenerator json, LogId logId, int number, int partitions, Partitioning partitioning)
      throws IOException {
    json.writeStringField("uid", logId.uid());
    json.writeStringField("tid", logId.topicId());
    json.writeNumberField("k", number);
    json.writeNumberField("n", partitions);
    json.writeStringField("map", partitioning.wireName());
  }

  private static void owner(JsonGenerator json, Owner owner) throws IOException {
    json.writeStringField("cr", owner.uid());
    json.writeStringField("ns", owner.namespace());
    json.writeStringField("name", owner.name());
    json.writeStringField("k8s", owner.kubernetes());
  }

  private static void offsets(JsonGenerator json, String name, List<Long> offsets)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (long offset : offsets) json.writeNumber(offset);
    json.writeEndArray();
  }

  static ControlRecord read(byte[] value) {
    if (value == null) return new Unknown("has no value");
    Map<String, Object> fields;
    try {
      fields = fields(value);
    } catch (IOException invalid) {
      return new Unknown("is no JSON object");
    }
    try {
      long version = number(fields, "v");
      if (version != ControlRecord.VERSION) return new Unknown("is of version " + version);
      String type = text(fields, "t");
      switch (type) {
        case "epoch":
          return new EpochPublished(
              logId(fields),
              new Epoch(
                  count(fields, "k"),
                  count(fields, "n"),
                  Partitioning.ofWireName(text(fields, "map")),
                  offsets(fields, "B"),
                  offsets(fields, "F")));
        case "cut":
          return new CutStarted(
              logId(fields),
              count(fields, "k"),
              count(fields, "n"),
              Partitioning.ofWireName(text(fields, "map")),
              offsets(fields, "hint"),
              text(fields, "nonce"));
        case "owner":
          return new Owned(count(fields, "k"), owner(fields));
        case "sync":
          return new Sync(text(fields, "who"), text(fields, "inc"));
        default:
          return new Unknown("is of the unknown type \"" + type + "\"");
      }
    } catch (IllegalArgumentException wrong) {
      return new Unknown("is not valid: " + wrong.getMessage());
    }
  }

  /** The object's strings, numbers and arrays of numbers; other values are passed over. */
  private static Map<String, Object> fields(byte[] value) throws IOException {
    Map<String, Object> fields = new HashMap<>();
    try (JsonParser json = FACTORY.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) throw new IOException("no object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        switch (json.nextToken()) {
          case VALUE_STRING:
            fields.put(name, json.getText());
            break;
          case VALUE_NUMBER_INT:
            fields.put(name, json.getLongValue());
            break;
          case START_ARRAY:
            array(json).ifPresent(list -> fields.put(name, list));
            break;
          default:
            json.skipChildren();
        }
      }
    }
    return fields;
  }

  private static Optional<List<Long>> array(JsonParser json) throws IOException {
    List<Long> list = new ArrayList<>();
    boolean numbers = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) list.add(json.getLongValue());
      else numbers = false;
      json.skipChildren();
    }
    return numbers ? Optional.of(list) : Optional.empty();
  }

  private static LogId logId(Map<String, Object> fields) {
    return new LogId(text(fields, "uid"), text(fields, "tid"));
  }

  private static Optional<Owner> owner(Map<String, Object> fields) {
    if (!fields.containsKey("cr")) return Optional.empty();
    return Optional.of(
        new Owner(
            text(fields, "cr"), text(fields, "ns"), text(fields, "name"), text(fields, "k8s")));
  }

  private static String text(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String text) return text;
    throw new IllegalArgumentException("\"" + name + "\" must be a string");
  }

  private static long number(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof Long number) return number;
    throw new IllegalArgumentException("\"" + name + "\" must be a whole number");
  }

  private static int count(Map<String, Object> fields, String name) {
    long number = number(fields, name);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("\"" + name + "\" is out of range: " + number);
    }
    return (int) number;
  }

  private static List<Long> offsets(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof List<?> list) {
      List<Long> offsets = new ArrayList<>(list.size());
      for (Object each : list) {
        long offset = (Long) each;
        if (offset < 0) throw new IllegalArgumentException("\"" + name + "\" has " + offset);
        offsets.add(offset);
      }
      return offsets;
    }
    throw new IllegalArgumentException("\"" + name + "\" must be a list of offsets");
  }
}
