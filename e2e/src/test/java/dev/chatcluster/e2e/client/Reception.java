package dev.chatcluster.e2e.client;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All that one subscriber received of one room, over all its connections. One thread at a time
 * writes; any thread reads.
 */
public final class Reception {
  private final String subscriber;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private long[] fingerprints = new long[1024];
  private volatile int count;
  private volatile String lastId;
  private volatile int reconnects;

  /**
   * @param subscriber its name in failures, such as {@code lean-2 of room 1}
   */
  public Reception(String subscriber) {
    this.subscriber = subscriber;
  }

  /** A name for a body: 64 bits that two bodies of a test do not share. */
  public static long fingerprint(byte[] body) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : body) hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    return hash ^ (hash >>> 29);
  }

  /**
   * A MESSAGE came.
   *
   * @param id its {@code message-id}
   * @param prev its {@code prev}; null when it has none
   */
  synchronized void add(String id, String prev, byte[] body) {
    if (prev != null && count > 0 && !prev.equals("none") && !prev.equals(lastId))
      complaints.add(
          "message %d says that it follows %s, but %s was before it"
              .formatted(count, prev, lastId));
    add(fingerprint(body));
    lastId = id;
  }

  /** A message came, of which no more is told. */
  public synchronized void add(long fingerprint) {
    if (count == fingerprints.length) fingerprints = Arrays.copyOf(fingerprints, count * 2);
    fingerprints[count] = fingerprint;
    count++;
  }

  /** A place in the room without a message: where a subscription that saw none yet began. */
  void startedAt(String position) {
    if (lastId == null) lastId = position;
  }

  /** It came back. */
  public void reconnected() {
    reconnects++;
  }

  /** It saw what it should not have seen. */
  public void complain(String sentence) {
    complaints.add(sentence);
  }

  public String subscriber() {
    return subscriber;
  }

  /** Messages so far. */
  public int count() {
    return count;
  }

  /** Where to resume from; null when nothing is known. */
  public String lastId() {
    return lastId;
  }

  public int reconnects() {
    return reconnects;
  }

  /** What the client saw that it should not have, apart from the messages: sentences. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** The messages' fingerprints in the order of arrival. */
  public synchronized long[] received() {
    return Arrays.copyOf(fingerprints, count);
  }

  /** Whether this fingerprint was the last to arrive. */
  public synchronized boolean endsWith(long fingerprint) {
    return count > 0 && fingerprints[count - 1] == fingerprint;
  }
}
