package dev.chatcluster.e2e.chaos.load;

import dev.chatcluster.e2e.chaos.check.Sent;

/** Somebody who sends until told to stop. */
public interface Sender extends AutoCloseable {
  /** For the report: those of one kind are counted together. */
  String kind();

  /** Sends nothing new from here on; what was sent may still be acknowledged. */
  void stop();

  /** Whether all that was sent is decided. */
  boolean settled();

  /** Messages that were acknowledged. */
  long acknowledged();

  /** What it knows of one room. */
  Sent sent(int room);

  @Override
  void close();
}
