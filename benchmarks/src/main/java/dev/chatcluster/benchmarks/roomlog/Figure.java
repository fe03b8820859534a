package dev.chatcluster.benchmarks.roomlog;

import java.util.Locale;

/**
 * A row of the table.
 *
 * @param what is measured
 * @param goal for it
 * @param measured in words
 */
record Figure(String what, String goal, String measured, Verdict verdict) {
  static final String HEAD = "| what | goal | measured | met |\n|---|---|---|---|";

  /** Whether the goal is met. */
  enum Verdict {
    YES,
    NO,
    /** There is none. */
    REPORTED
  }

  static Figure of(String what, String goal, boolean met, String measured, Object... arguments) {
    return new Figure(what, goal, format(measured, arguments), met ? Verdict.YES : Verdict.NO);
  }

  static Figure reported(String what, String measured, Object... arguments) {
    return new Figure(what, "none", format(measured, arguments), Verdict.REPORTED);
  }

  private static String format(String text, Object... arguments) {
    return String.format(Locale.ROOT, text, arguments);
  }

  String row() {
    return "| %s | %s | %s | %s |"
        .formatted(what, goal, measured, verdict.name().toLowerCase(Locale.ROOT));
  }
}
