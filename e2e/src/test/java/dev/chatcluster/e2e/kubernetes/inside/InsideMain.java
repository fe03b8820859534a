package dev.chatcluster.e2e.kubernetes.inside;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.SpringFollower;
import dev.chatcluster.e2e.kubernetes.inside.Sight.Seen;
import dev.chatcluster.e2e.kubernetes.inside.Sight.Tried;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Follows rooms with Spring's client through a Service, and knocks at Services; until it is killed.
 */
public final class InsideMain {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private InsideMain() {}

  /**
   * @param arguments the rooms, with commas; the Services, with commas, the clients' first
   */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.OFF);
    String[] rooms = arguments[0].split(",");
    String[] services = arguments[1].split(",");
    Map<String, Reception> receptions = follow(rooms, services[0]);
    Map<String, Knocker> knockers = knock(services);
    Map<String, Integer> told = new HashMap<>();
    long due = System.nanoTime();
    while (true) {
      Map<String, Seen> seen = new TreeMap<>();
      receptions.forEach(
          (room, each) -> {
            long[] all = each.received();
            Integer from = told.put(room, all.length);
            long[] fresh = Arrays.copyOfRange(all, from == null ? 0 : from, all.length);
            seen.put(room, new Seen(fresh, each.reconnects(), each.complaints()));
          });
      Map<String, Tried> tried = new TreeMap<>();
      knockers.forEach((service, knocker) -> tried.put(service, knocker.tried()));
      long late = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - due);
      System.out.println(JSON.writeValueAsString(new Sight(seen, tried, late)));
      due = System.nanoTime() + PAUSE.toNanos();
      Thread.sleep(PAUSE);
    }
  }

  /** Returns when all are subscribed. */
  private static Map<String, Reception> follow(String[] rooms, String service) throws Exception {
    URI clients = URI.create("ws://" + service + ":8080/ws");
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    ThreadPoolTaskScheduler receipts = new ThreadPoolTaskScheduler();
    receipts.initialize();
    Map<String, Reception> receptions = new TreeMap<>();
    for (String room : rooms) {
      SpringFollower follower = new SpringFollower("inside", room, () -> clients, timer, receipts);
      follower.start(clients).get(30, TimeUnit.SECONDS);
      receptions.put(room, follower.reception());
    }
    return receptions;
  }

  private static Map<String, Knocker> knock(String[] services) {
    HttpClient http = HttpClient.newHttpClient();
    Map<String, Knocker> knockers = new TreeMap<>();
    for (String service : services) {
      Knocker knocker = new Knocker(http, service);
      knockers.put(service, knocker);
      Thread.ofPlatform().name(service).start(knocker::knock);
    }
    return knockers;
  }
}
