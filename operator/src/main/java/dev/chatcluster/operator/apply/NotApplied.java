package dev.chatcluster.operator.apply;

import dev.chatcluster.operator.status.Trouble;

/** An object could not be made what is wanted. */
public final class NotApplied extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Trouble trouble;

  NotApplied(Trouble trouble, Throwable cause) {
    super(trouble.message(), cause);
    this.trouble = trouble;
  }

  /** What is wrong, for the status. */
  public Trouble trouble() {
    return trouble;
  }
}
