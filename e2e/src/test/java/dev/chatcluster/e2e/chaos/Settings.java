package dev.chatcluster.e2e.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What a run does.
 *
 * @param time that it takes at most
 * @param seed of all choices; threads and processes have their own ideas of time, so that a seed
 *     repeats the choices, not the run
 * @param brokers 1 or 3
 * @param epochs after which it may end before its time, once each fault was there often enough
 * @param faults of each kind that are often enough
 * @param most partitions, up to 8
 * @param refresh how long the operator waits for producers that refresh by themselves
 */
record Settings(
    Duration time, long seed, int brokers, int epochs, int faults, int most, Duration refresh) {
  static final int ROOMS = 16;
  static final int FIRST = 3;
  static final int LEAST = 2;

  /** A run of a script: {@code --minutes 20 --seed 7 --brokers 3 --epochs 100 --refresh 0}. */
  static Settings parse(List<String> arguments) {
    Settings settings =
        new Settings(Duration.ofMinutes(20), System.nanoTime(), 3, 100, 20, 8, Duration.ZERO);
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(arguments.get(i) + " needs a value");
      }
      settings = settings.with(arguments.get(i), Long.parseLong(arguments.get(i + 1)));
    }
    return settings;
  }

  private Settings with(String option, long value) {
    int number = (int) value;
    return switch (option) {
      case "--minutes" ->
          new Settings(Duration.ofMinutes(value), seed, brokers, epochs, faults, most, refresh);
      case "--seed" -> new Settings(time, value, brokers, epochs, faults, most, refresh);
      case "--brokers" -> new Settings(time, seed, number, epochs, faults, most, refresh);
      case "--epochs" -> new Settings(time, seed, brokers, number, faults, most, refresh);
      case "--faults" -> new Settings(time, seed, brokers, epochs, number, most, refresh);
      case "--most" -> new Settings(time, seed, brokers, epochs, faults, number, refresh);
      case "--refresh" ->
          new Settings(time, seed, brokers, epochs, faults, most, Duration.ofSeconds(value));
      default -> throw new IllegalArgumentException(option + " is not an option");
    };
  }
}
