package dev.chatcluster.e2e.chaos.check;

import dev.chatcluster.e2e.log.LogCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds everything that is known of a room against its one reference order. */
public final class RoomCheck {
  private final List<Damage> damage = new ArrayList<>();
  private final long[] ids;
  private final long[] sentAt;
  private final Map<Long, Integer> places = new HashMap<>();

  /**
   * @param reference the room from its beginning, with the times of sending
   */
  private RoomCheck(Tape reference) {
    long[] read = reference.ids();
    long[] times = reference.times();
    ids = new long[read.length];
    sentAt = new long[read.length];
    int kept = 0;
    for (int i = 0; i < read.length; i++) {
      Integer before = places.putIfAbsent(read[i], kept);
      if (before == null) {
        ids[kept] = read[i];
        sentAt[kept++] = times[i];
      } else {
        damage.add(new Damage.Doubled(Message.describe(read[i]), before, i));
      }
    }
  }

  /**
   * Checks one room.
   *
   * @param reference the room as a fresh client read it in the end, with the times of sending
   */
  public static Findings of(Tape reference, Collection<Stream> streams, Collection<Sent> senders) {
    RoomCheck check = new RoomCheck(reference);
    Map<Integer, Sent> bySender =
        senders.stream().collect(Collectors.toMap(Sent::sender, sent -> sent));
    check.lost(senders);
    int[] order = check.order(bySender);
    long stall = check.realTime(streams);
    for (Stream stream : streams) check.agrees(stream);
    long deliveries = streams.stream().mapToLong(s -> s.received().size()).sum();
    return new Findings(check.damage, check.places.size(), deliveries, order[0], order[1], stall);
  }

  private int size() {
    return places.size();
  }

  private void lost(Collection<Sent> senders) {
    Map<Integer, Set<Integer>> there = new HashMap<>();
    for (int i = 0; i < size(); i++) {
      there
          .computeIfAbsent(Message.sender(ids[i]), s -> new HashSet<>())
          .add(Message.number(ids[i]));
    }
    for (Sent sent : senders) {
      Set<Integer> numbers = there.getOrDefault(sent.sender(), Set.of());
      sent.acknowledged().stream()
          .filter(number -> !numbers.contains(number))
          .forEach(number -> damage.add(new Damage.Lost(sent.sender(), number)));
    }
  }

  /** Each sender's messages, each where it came first, are in the order of their numbers. */
  private int[] order(Map<Integer, Sent> senders) {
    int twice = 0;
    int swaps = 0;
    Map<Integer, Integer> highest = new HashMap<>();
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < size(); i++) {
      int sender = Message.sender(ids[i]);
      int number = Message.number(ids[i]);
      Sent sent = senders.get(sender);
      if (sent == null) damage.add(new Damage.Foreign(Message.describe(ids[i])));
      if (!seen.add((long) sender << 32 | number)) {
        twice++;
        continue;
      }
      int before = highest.getOrDefault(sender, -1);
      highest.put(sender, Math.max(before, number));
      if (number > before) continue;
      if (sent != null && sent.maySwap(number, before)) swaps++;
      else damage.add(new Damage.Reordered(sender, number, before));
    }
    return new int[] {twice, swaps};
  }

  /**
   * Nothing that was delivered before a message was sent comes behind it.
   *
   * @return the longest time to a first delivery
   */
  private long realTime(Collection<Stream> streams) {
    long[] delivered = new long[size()];
    Arrays.fill(delivered, Long.MAX_VALUE);
    for (Stream stream : streams) {
      long[] received = stream.received().ids();
      long[] at = stream.received().times();
      for (int i = 0; i < received.length; i++) {
        Integer place = places.get(received[i]);
        if (place != null) delivered[place] = Math.min(delivered[place], at[i]);
      }
    }
    long stall = 0;
    int earliest = -1;
    for (int i = size() - 1; i >= 0; i--) {
      if (earliest >= 0 && delivered[earliest] < sentAt[i]) {
        damage.add(
            new Damage.Overtaken(
                Message.describe(ids[earliest]),
                Message.describe(ids[i]),
                sentAt[i] - delivered[earliest]));
      }
      if (delivered[i] == Long.MAX_VALUE) continue;
      stall = Math.max(stall, delivered[i] - sentAt[i]);
      if (earliest < 0 || delivered[i] < delivered[earliest]) earliest = i;
    }
    return stall;
  }

  private void agrees(Stream stream) {
    long[] received = stream.received().ids();
    int first = due(stream.subscribedAt());
    for (long id : received) {
      Integer place = places.get(id);
      if (place == null) continue;
      first = Math.min(first, place);
      break;
    }
    LogCheck run = new LogCheck(Arrays.copyOfRange(ids, first, size()));
    for (LogCheck.Problem problem : run.problems(received)) {
      damage.add(new Damage.Disagreement(stream.client(), problem));
    }
  }

  /** The first place whose message was sent after {@code time}: by then a subscriber is there. */
  private int due(long time) {
    int place = 0;
    while (place < size() && sentAt[place] <= time) place++;
    return place;
  }
}
