package dev.chatcluster.consumer.send;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Remembers the messages that carried an idempotency key: those on their way, and as many of the
 * acknowledged ones as there is room for. A message is known by room, key and body together: a
 * client that uses a key twice for different messages has both written. That is all it saves from:
 * two clients that take the same key for the same body in one room sent one message twice, as far
 * as can be told here, so a key must be unique among all clients and for all time. Any thread.
 */
final class KnownKeys {
  private final int most;
  private final Map<ByteBuffer, OnTheirWay> onTheirWay = new HashMap<>();
  private final LinkedHashMap<ByteBuffer, Ack> acknowledged = new LinkedHashMap<>();

  /** A first sending, and those that wait for its answer. */
  private record OnTheirWay(int partition, List<Pending> repeats) {}

  KnownKeys(int most) {
    this.most = most;
  }

  /** What is known of a message when it comes. */
  sealed interface Known {
    /** It is the first of its name and is to be sent. */
    record First() implements Known {}

    /** Its first sending has no answer yet; it will get the same. */
    record OnItsWay() implements Known {}

    /** Its first sending was acknowledged. */
    record Acknowledged(Ack ack) implements Known {}
  }

  /** What a message is known by. */
  static ByteBuffer name(Outgoing message) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(message.room().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(message.idempotencyKey().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return ByteBuffer.wrap(digest.digest(message.body()));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /** Where the first of that name was sent; empty when none is known. */
  synchronized OptionalInt partition(ByteBuffer name) {
    Ack ack = acknowledged.get(name);
    if (ack != null) return OptionalInt.of(ack.partition());
    OnTheirWay first = onTheirWay.get(name);
    return first == null ? OptionalInt.empty() : OptionalInt.of(first.partition);
  }

  /**
   * @param partition that it is sent to if it is the first
   */
  synchronized Known meet(ByteBuffer name, Pending message, int partition) {
    Ack ack = acknowledged.get(name);
    if (ack != null) return new Known.Acknowledged(ack);
    OnTheirWay first = onTheirWay.get(name);
    if (first == null) {
      onTheirWay.put(name, new OnTheirWay(partition, new ArrayList<>(1)));
      return new Known.First();
    }
    first.repeats.add(message);
    return new Known.OnItsWay();
  }

  /**
   * The first sending of that name has come to its end.
   *
   * @param ack null when it failed
   * @return the repeats, which wait for the same answer
   */
  synchronized List<Pending> settle(ByteBuffer name, Ack ack) {
    if (ack != null) {
      acknowledged.put(name, ack);
      if (acknowledged.size() > most) acknowledged.pollFirstEntry();
    }
    OnTheirWay first = onTheirWay.remove(name);
    return first == null ? List.of() : first.repeats;
  }
}
