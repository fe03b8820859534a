package dev.chatcluster.consumer.logging;

import java.util.logging.LogManager;

/**
 * Keeps the log open to the last line: the JDK's own closes it as soon as the process is told to
 * end, and what a drain has to say comes after that. Public for the JDK, which makes it by name.
 */
public final class LastingLogManager extends LogManager {
  /** Made by the JDK. */
  public LastingLogManager() {}

  /** Does nothing: {@link LogSetup} alone decides on handlers. */
  @Override
  public void reset() {}
}
