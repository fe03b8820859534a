package dev.chatcluster.roomlog.room;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import dev.chatcluster.roomlog.room.Located.Nowhere;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Where a record carries its room. */
public sealed interface RoomSource {
  /**
   * The room of a record, a function of the record alone.
   *
   * @param key may be null
   * @param headers looked at by {@link Header} only
   * @param value may be null
   */
  Located locate(byte[] key, Headers headers, byte[] value);

  /** The record's key, UTF-8: the default. */
  record Key() implements RoomSource {
    @Override
    public Located locate(byte[] key, Headers headers, byte[] value) {
      if (value == null) return Nowhere.NULL_VALUE;
      return key == null ? Nowhere.NO_KEY : named(key);
    }

    @Override
    public String toString() {
      return "Key";
    }
  }

  /**
   * A header of the record, UTF-8; of several of that name, the last.
   *
   * @param name not empty, not reserved
   */
  record Header(String name) implements RoomSource {
    /** Refuses an empty name, and reserved ones. */
    public Header {
      if (name.isBlank() || name.startsWith("chat-")) {
        throw new IllegalArgumentException(
            "\""
                + name
                + "\" cannot be the room's header: name one that does not start with chat-");
      }
    }

    @Override
    public Located locate(byte[] key, Headers headers, byte[] value) {
      if (value == null) return Nowhere.NULL_VALUE;
      org.apache.kafka.common.header.Header header = headers.lastHeader(name);
      return header == null || header.value() == null ? Nowhere.NO_HEADER : named(header.value());
    }

    @Override
    public String toString() {
      return "Header:" + name;
    }
  }

  /**
   * A string or number inside a JSON value; a number counts as its text. The whole value must be
   * one valid document, read once from front to end and never built into a tree. Of a name that
   * appears twice in one object, the first counts.
   *
   * @param pointer as RFC 6901 has it, to something inside the document
   */
  record Json(JsonPointer pointer) implements RoomSource {
    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * Refuses what is not a JSON pointer to something inside the document.
     *
     * @param pointer such as {@code /roomId}
     */
    public Json(String pointer) {
      this(compile(pointer));
    }

    private static JsonPointer compile(String pointer) {
      if (pointer.startsWith("/")) return JsonPointer.compile(pointer);
      throw new IllegalArgumentException(
          "\"" + pointer + "\" is no JSON pointer: it starts with a slash, like /roomId");
    }

    @Override
    public Located locate(byte[] key, Headers headers, byte[] value) {
      if (value == null) return Nowhere.NULL_VALUE;
      try (JsonParser parser = FACTORY.createParser(value)) {
        if (parser.nextToken() == null) return Nowhere.INVALID_JSON;
        Located found = find(parser, pointer);
        return parser.nextToken() == null ? found : Nowhere.INVALID_JSON;
      } catch (IOException invalid) {
        return Nowhere.INVALID_JSON;
      }
    }

    /** Reads the value that the parser stands on to its end. */
    private static Located find(JsonParser parser, JsonPointer rest) throws IOException {
      if (rest.matches()) return scalar(parser);
      Located found = null;
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean hit = found == null && parser.currentName().equals(rest.getMatchingProperty());
          parser.nextToken();
          if (hit) found = find(parser, rest.tail());
          else parser.skipChildren();
        }
      } else if (parser.currentToken() == JsonToken.START_ARRAY) {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
          if (i == rest.getMatchingIndex()) found = find(parser, rest.tail());
          else parser.skipChildren();
        }
      }
      return found == null ? Nowhere.NO_FIELD : found;
    }

    private static Located scalar(JsonParser parser) throws IOException {
      JsonToken token = parser.currentToken();
      if (token == JsonToken.VALUE_NULL) return Nowhere.NO_FIELD;
      if (token == JsonToken.VALUE_STRING || token.isNumeric()) return valid(parser.getText());
      parser.skipChildren();
      return Nowhere.NOT_A_NAME;
    }

    @Override
    public String toString() {
      return "Json:" + pointer;
    }
  }

  /**
   * Reads the form that {@code toString} writes: {@code Key}, {@code Header:<name>} or {@code
   * Json:<pointer>}; an IllegalArgumentException says what is wrong with another.
   */
  static RoomSource parse(String text) {
    if (text.equals("Key")) return new Key();
    if (text.startsWith("Header:")) return new Header(text.substring("Header:".length()));
    if (text.startsWith("Json:")) return new Json(text.substring("Json:".length()));
    throw new IllegalArgumentException(
        "unknown room source \"" + text + "\": use Key, Header:<name> or Json:<pointer>");
  }

  private static Located named(byte[] utf8) {
    for (byte b : utf8) {
      if (b < 0) return decoded(utf8);
    }
    return valid(new String(utf8, StandardCharsets.ISO_8859_1));
  }

  private static Located decoded(byte[] utf8) {
    try {
      return valid(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Nowhere.BAD_ROOM_ID;
    }
  }

  private static Located valid(String room) {
    return RoomId.problem(room).isEmpty() ? new Located.In(room) : Nowhere.BAD_ROOM_ID;
  }
}
