package dev.chatcluster.e2e.chaos.check;

import java.nio.charset.StandardCharsets;

/**
 * One attempt to send a message; its body says all of it.
 *
 * @param sender 0 to 1023
 * @param room 0 to 1023
 * @param number of the message among the sender's to this room, from 0
 * @param attempt from 0; a retry is another record, so that it can be told from a record that was
 *     doubled; up to 255
 * @param sentAt nanoseconds of this JVM's clock
 */
public record Message(int sender, int room, int number, int attempt, long sentAt) {
  private static final String TEXT = " A message of some length, as people write them.";

  /** A name for this attempt. */
  public long id() {
    return id(sender, room, number, attempt);
  }

  static long id(int sender, int room, int number, int attempt) {
    return (long) sender << 50 | (long) room << 40 | (long) attempt << 32 | number;
  }

  /** Who sent what {@code id} names. */
  static int sender(long id) {
    return (int) (id >>> 50);
  }

  /** Which of its sender's messages {@code id} names. */
  static int number(long id) {
    return (int) id;
  }

  private static int room(long id) {
    return (int) (id >>> 40) & 0x3ff;
  }

  private static int attempt(long id) {
    return (int) (id >>> 32) & 0xff;
  }

  /** For people. */
  static String describe(long id) {
    return "message %d of sender %d to room %d, attempt %d"
        .formatted(number(id), sender(id), room(id), attempt(id));
  }

  /** What is sent. */
  public byte[] body() {
    String head = sender + " " + room + " " + number + " " + attempt + " " + sentAt;
    return (head + TEXT).getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads a body. */
  public static Message read(byte[] body) {
    String[] parts = new String(body, StandardCharsets.US_ASCII).split(" ", 6);
    return new Message(
        Integer.parseInt(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]),
        Long.parseLong(parts[4]));
  }
}
