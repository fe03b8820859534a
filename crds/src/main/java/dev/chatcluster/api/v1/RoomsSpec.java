package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** How messages belong to rooms, and rooms to partitions. */
@ApiObject
public record RoomsSpec(
    @JsonPropertyDescription("Where a message's room is found. Cannot be changed later.")
        Source source,
    @Default("KafkaDefault")
        @OneOf({"KafkaDefault", "Modulo", "Jump"})
        @JsonPropertyDescription(
            "Which partition a room's messages lie in; all producers must agree with it. KafkaDefault: murmur2 of the room's"
                + " id, what any Kafka producer does when the key is the room. Modulo: the numeric id modulo the partition"
                + " count, other ids as KafkaDefault; for producers that choose the partition themselves. Jump: a"
                + " consistent hash that moves few rooms when the count changes. Cannot be changed later.")
        String partitioning,
    @JsonPropertyDescription(
            "Bounds of what each pod keeps of each room, to replay it without reading Kafka again. A pod drops rooms that"
                + " were quiet for longest when all of them together would take more than a quarter of its heap.")
        History history) {

  /** Puts the default in place of each missing field. */
  public RoomsSpec {
    if (source == null) source = new Source(null, null, null);
    if (partitioning == null) partitioning = "KafkaDefault";
    if (history == null) history = new History(null, null);
  }

  /** Where a message's room is found. */
  @ApiObject
  @ValidationRule(
      value = "(self.type == 'Header') == has(self.name)",
      message =
          "name is the record header that holds the room: it must be given with type Header, and only with it")
  @ValidationRule(
      value = "(self.type == 'Json') == has(self.pointer)",
      message =
          "pointer is the place of the room in the JSON value: it must be given with type Json, and only with it")
  public record Source(
      @Default("Key")
          @OneOf({"Key", "Header", "Json"})
          @JsonPropertyDescription(
              "Key: the record's key is the room's id. Header: the record header `name` is. Json: the record's value is"
                  + " JSON, and the string at `pointer` is, or the number, as its text.")
          String type,
      @Size(min = 1, max = 200)
          @Pattern("^[!-~]+$")
          @ValidationRule(
              value = "!self.startsWith('chat-')",
              message = "headers that begin with chat- are ChatCluster's own")
          @JsonPropertyDescription(
              "Record header that holds the room's id, with type Header: 1 to 200 printable ASCII characters, not"
                  + " beginning with \"chat-\".")
          String name,
      @Size(min = 1, max = 256)
          @Pattern("^(/([^/~]|~[01])*)+$")
          @JsonPropertyDescription(
              "JSON pointer (RFC 6901) to the room's id in the value, with type Json, for example /roomId. At most 256"
                  + " characters.")
          String pointer) {

    /** Puts the default in place of each missing field. */
    public Source {
      if (type == null) type = "Key";
    }
  }

  /** Bounds of what a pod keeps of a room; whichever is reached first counts. */
  @ApiObject
  public record History(
      @Default("100")
          @Min(0)
          @Max(10000)
          @JsonPropertyDescription("Messages that a pod keeps of a room. 0 to 10000.")
          Integer messages,
      @Default("\"256Ki\"")
          @ByteSize(max = "64Mi")
          @JsonPropertyDescription(
              "Bytes of messages that a pod keeps of a room. A quantity from 0 to 64Mi, for example 256Ki.")
          Quantity bytes) {

    /** Puts the default in place of each missing field. */
    public History {
      if (messages == null) messages = 100;
      if (bytes == null) bytes = Quantity.parse("256Ki");
    }
  }
}
