package dev.chatcluster.quickstart.api;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** How long ago, as kubectl shows it. */
final class Age {
  private Age() {}

  /** For example {@code 45s}, {@code 4m10s}, {@code 3h}, {@code 2d}. */
  static String since(String time, Instant now) {
    Instant then;
    try {
      then = Instant.parse(time);
    } catch (DateTimeParseException e) {
      return "<unknown>";
    }
    Duration age = Duration.between(then, now);
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 600) {
      return two(age.toMinutes(), "m", seconds % 60, "s");
    }
    if (seconds < 3 * 3600) {
      return age.toMinutes() + "m";
    }
    if (seconds < 8 * 3600) {
      return two(age.toHours(), "h", age.toMinutesPart(), "m");
    }
    if (seconds < 48 * 3600) {
      return age.toHours() + "h";
    }
    return seconds < 8 * 86400
        ? two(age.toDays(), "d", age.toHoursPart(), "h")
        : age.toDays() + "d";
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return large + unit + (small == 0 ? "" : small + smallUnit);
  }
}
