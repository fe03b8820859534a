package dev.chatcluster.roomlog.room;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The rule by which a room belongs to one of {@code count} partitions. */
public enum Partitioning {
  /** What any Kafka producer does with the room as the record's key: murmur2 of its UTF-8. */
  KAFKA_DEFAULT("KafkaDefault", "murmur2") {
    @Override
    int place(String room, int count) {
      return (murmur2(room.getBytes(StandardCharsets.UTF_8)) & 0x7fffffff) % count;
    }
  },

  /**
   * {@code floorMod(id, count)} of ids that are whole decimal numbers in the range of a long;
   * others as {@link #KAFKA_DEFAULT}.
   */
  MODULO("Modulo", "mod") {
    @Override
    int place(String room, int count) {
      return isNumber(room)
          ? (int) Math.floorMod(Long.parseLong(room), (long) count)
          : KAFKA_DEFAULT.place(room, count);
    }
  },

  /** Jump consistent hash (Lamping and Veach, 2014): from n to n+1, one room in n+1 moves. */
  JUMP("Jump", "jump") {
    @Override
    int place(String room, int count) {
      long key = hash64(room.getBytes(StandardCharsets.UTF_8));
      long bucket = -1;
      long next = 0;
      while (next < count) {
        bucket = next;
        key = key * 2862933555777941757L + 1;
        next = (long) ((bucket + 1) * ((double) (1L << 31) / ((key >>> 33) + 1)));
      }
      return (int) bucket;
    }
  };

  private final String apiName;
  private final String wireName;

  Partitioning(String apiName, String wireName) {
    this.apiName = apiName;
    this.wireName = wireName;
  }

  abstract int place(String room, int count);

  /**
   * The partition that {@code room} belongs to.
   *
   * @param count of partitions, at least 1
   * @return 0 to {@code count - 1}
   */
  public int partition(String room, int count) {
    if (count < 1) throw new IllegalArgumentException("a partition count is at least 1: " + count);
    return place(room, count);
  }

  /** As in a ChatCluster's {@code spec.rooms.partitioning}. */
  public String apiName() {
    return apiName;
  }

  /** As in a control record's {@code map}. */
  public String wireName() {
    return wireName;
  }

  /** The rule of that name in a ChatCluster; an IllegalArgumentException names those there are. */
  public static Partitioning ofApiName(String name) {
    for (Partitioning each : values()) if (each.apiName.equals(name)) return each;
    throw new IllegalArgumentException(
        "unknown partitioning \""
            + name
            + "\": use one of "
            + Arrays.stream(values()).map(Partitioning::apiName).collect(Collectors.joining(", ")));
  }

  /** The rule of that name in a control record; an IllegalArgumentException when there is none. */
  public static Partitioning ofWireName(String name) {
    for (Partitioning each : values()) if (each.wireName.equals(name)) return each;
    throw new IllegalArgumentException("unknown map \"" + name + "\" in a control record");
  }

  private static boolean isNumber(String room) {
    int start = room.startsWith("-") ? 1 : 0;
    int digits = room.length() - start;
    if (digits < 1 || digits > 19) return false;
    for (int i = start; i < room.length(); i++) {
      if (room.charAt(i) < '0' || room.charAt(i) > '9') return false;
    }
    if (digits < 19) return true;
    try {
      Long.parseLong(room);
      return true;
    } catch (NumberFormatException outOfRange) {
      return false;
    }
  }

  /** Murmur2 with the seed and the tail order of Kafka's clients; they must agree for ever. */
  private static int murmur2(byte[] data) {
    final int m = 0x5bd1e995;
    int h = 0x9747b28c ^ data.length;
    int whole = data.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      int k =
          (data[i] & 0xff)
              | (data[i + 1] & 0xff) << 8
              | (data[i + 2] & 0xff) << 16
              | (data[i + 3] & 0xff) << 24;
      k *= m;
      k ^= k >>> 24;
      h = (h * m) ^ (k * m);
    }
    int tail = data.length - whole;
    if (tail > 2) h ^= (data[whole + 2] & 0xff) << 16;
    if (tail > 1) h ^= (data[whole + 1] & 0xff) << 8;
    if (tail > 0) h = (h ^ (data[whole] & 0xff)) * m;
    h ^= h >>> 13;
    h *= m;
    return h ^ (h >>> 15);
  }

  /** FNV-1a over 64 bits, then a finalizer that spreads it into the high bits which jump reads. */
  private static long hash64(byte[] data) {
    long h = 0xcbf29ce484222325L;
    for (byte b : data) h = (h ^ (b & 0xff)) * 0x100000001b3L;
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
    return h ^ (h >>> 31);
  }
}
