package dev.chatcluster.consumer.control;

import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.position.Token;
import java.util.List;

/**
 * The log that this pod serves, and how its rooms lie in partitions. Immutable; a newer one
 * replaces it whole.
 *
 * @param logId whose log it is
 * @param fingerprint of {@code logId}, kept because every message id carries it
 * @param epochs from 0, at least one; the last is in force
 */
public record Topology(LogId logId, String fingerprint, List<Epoch> epochs) {
  public Topology {
    epochs = List.copyOf(epochs);
  }

  /** The log {@code logId} with these epochs. */
  public static Topology of(LogId logId, List<Epoch> epochs) {
    return new Topology(logId, logId.fingerprint(), epochs);
  }

  /** The epoch in force. */
  public Epoch current() {
    return epochs.getLast();
  }

  /** The partition that holds {@code room} now. */
  public int partitionOf(String room) {
    return current().partitionOf(room);
  }

  /** The place of a record that lies in the epoch in force. */
  public Position position(int partition, long offset) {
    return new Position(current().number(), partition, offset);
  }

  /** A position as clients see it. */
  public String token(Position position) {
    return new Token(fingerprint, position).toString();
  }

  /** The token of everything in {@code partition} before {@code offset}. */
  public String tokenBefore(int partition, long offset) {
    return token(position(partition, offset - 1));
  }
}
