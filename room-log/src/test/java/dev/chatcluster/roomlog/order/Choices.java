package dev.chatcluster.roomlog.order;

/** The small decisions of one step, drawn from one number; 0 is always the plainest. */
public final class Choices {
  private int rest;

  public Choices(int number) {
    this.rest = number;
  }

  /** One of {@code 0..n-1}. */
  public int pick(int n) {
    int picked = rest % n;
    rest /= n;
    return picked;
  }

  /** True once in {@code n} times. */
  public boolean rarely(int n) {
    return pick(n) == n - 1;
  }
}
