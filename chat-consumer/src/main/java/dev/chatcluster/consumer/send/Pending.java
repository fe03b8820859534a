package dev.chatcluster.consumer.send;

import java.nio.ByteBuffer;

/** A message on its way, from a session to its answer. */
final class Pending {
  /** About what a message weighs beside its body. */
  private static final int OVERHEAD = 256;

  final SendPath path;
  final Outgoing message;
  final SendAnswer answer;
  final long takenAt;
  final int bytes;

  /** What it is known by; null without an idempotency key. */
  final ByteBuffer name;

  /** The last message before it that its client knows of; null without. The sender's thread's. */
  Ack after;

  /** The path to its room once it is handed over; the sender's thread's, then its answer's. */
  RoomPath roomPath;

  /** Written on the path's loop only. */
  volatile boolean answered;

  Pending(SendPath path, Outgoing message, SendAnswer answer) {
    this.path = path;
    this.message = message;
    this.answer = answer;
    takenAt = System.nanoTime();
    int weight = message.body().length + OVERHEAD;
    for (var header : message.headers()) weight += header.name().length() + header.value().length();
    bytes = weight;
    name = message.idempotencyKey() == null ? null : KnownKeys.name(message);
  }
}
