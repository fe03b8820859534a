package dev.chatcluster.consumer.websocket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Where a room is served best.
 *
 * @param url of the partition's own Service; null when there is none
 * @param pod the pod that answers, which need not be the partition's
 */
record RoomPlace(String room, int partition, String url, String pod) {
  private static final JsonFactory JSON = new JsonFactory();

  static RoomPlace of(String room, int partition, String urlTemplate, String pod) {
    String url =
        urlTemplate == null
            ? null
            : urlTemplate.replace("{partition}", Integer.toString(partition));
    return new RoomPlace(room, partition, url, pod);
  }

  byte[] toJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(160);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("room", room);
      json.writeNumberField("partition", partition);
      if (url != null) {
        json.writeStringField("url", url);
      }
      json.writeStringField("pod", pod);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
