package dev.chatcluster.quickstart;

/** Something the user can put right; the message is the one sentence that says what and how. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
