package dev.chatcluster.e2e.kubernetes;

/** What happens, a line each, with the seconds since the beginning. */
final class Story {
  private final long begun = System.nanoTime();

  void tell(String format, Object... words) {
    System.out.printf("%6.1f s  %s%n", seconds(), format.formatted(words));
  }

  double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }
}
