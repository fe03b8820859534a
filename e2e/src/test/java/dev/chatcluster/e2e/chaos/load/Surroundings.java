package dev.chatcluster.e2e.chaos.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What clients share.
 *
 * @param anyPod where one could go now
 * @param restless whether they leave pods that do nothing wrong
 * @param errors that they were told, counted
 */
public record Surroundings(
    HttpClient http,
    Supplier<Optional<URI>> anyPod,
    boolean restless,
    Map<String, Integer> errors) {
  public Surroundings(HttpClient http, Supplier<Optional<URI>> anyPod, boolean restless) {
    this(http, anyPod, restless, new ConcurrentHashMap<>());
  }
}
