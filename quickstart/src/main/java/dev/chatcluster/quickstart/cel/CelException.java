package dev.chatcluster.quickstart.cel;

/** An expression that cannot be read, or has no value. */
public final class CelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CelException(String message) {
    super(message, null, false, false);
  }
}
