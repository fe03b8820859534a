package dev.chatcluster.e2e.chaos;

import dev.chatcluster.e2e.chaos.load.Client;
import dev.chatcluster.e2e.chaos.load.ClientSender;
import dev.chatcluster.e2e.chaos.load.KafkaSender;
import dev.chatcluster.e2e.chaos.load.KafkaSender.Choice;
import dev.chatcluster.e2e.chaos.load.Listener;
import dev.chatcluster.e2e.chaos.load.Sender;
import dev.chatcluster.e2e.chaos.load.Surroundings;
import dev.chatcluster.roomlog.room.RoomPartitioner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Everybody who writes and listens in a run. */
final class Load implements AutoCloseable {
  private static final int KAFKA_PER_SECOND = 50;
  private static final int CLIENT_SENDERS = 8;
  private static final int CLIENT_PER_SECOND = 20;
  private static final int LISTENERS = 12;
  private static final int ROOMS_EACH = 4;

  private final List<Sender> senders = new ArrayList<>();
  private final List<ClientSender> clients = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final Random random;
  private final Surroundings surroundings;

  Load(Settings settings, Surroundings surroundings) {
    this.surroundings = surroundings;
    random = new Random(settings.seed());
  }

  /** Listens to every room from the beginning. */
  void listen() {
    listeners.add(Listener.live("listener-0", rooms(), surroundings, random.nextLong()));
    for (int i = 1; i <= LISTENERS; i++) {
      listeners.add(Listener.live("listener-" + i, some(i), surroundings, random.nextLong()));
    }
  }

  /** Begins to write. */
  void write(Settings settings, String bootstrapServers, String topic) {
    Map<String, Choice> producers = new LinkedHashMap<>();
    producers.put("old count", counted(Settings.FIRST));
    producers.put("new count", counted(settings.most()));
    producers.put("random of the old", random(Settings.FIRST));
    producers.put("random of the new", random(settings.most()));
    producers.put("Kafka's own", new Choice(Map.of(), room -> -1, 1, settings.refresh().isZero()));
    producers.forEach(
        (name, choice) ->
            senders.add(
                new KafkaSender(
                    senders.size(),
                    name,
                    choice,
                    bootstrapServers,
                    topic,
                    Settings.ROOMS,
                    KAFKA_PER_SECOND,
                    random.nextLong())));
    for (int i = 0; i < CLIENT_SENDERS; i++) {
      clients.add(
          new ClientSender(
              senders.size() + i,
              some(i),
              i % 2 == 0,
              CLIENT_PER_SECOND,
              surroundings,
              random.nextLong()));
    }
    senders.addAll(clients);
  }

  private static Choice counted(int partitions) {
    Map<String, Object> config =
        Map.of(
            "partitioner.class",
            RoomPartitioner.class.getName(),
            RoomPartitioner.PARTITIONS,
            partitions);
    return new Choice(config, room -> -1, partitions, false);
  }

  /** A partition for each room, right or wrong, and always the same. */
  private Choice random(int partitions) {
    int[] chosen = random.ints(Settings.ROOMS, 0, partitions).toArray();
    IntUnaryOperator partition = room -> chosen[room];
    return new Choice(Map.of(), partition, partitions, false);
  }

  static List<Integer> rooms() {
    return IntStream.range(0, Settings.ROOMS).boxed().toList();
  }

  private static List<Integer> some(int salt) {
    return IntStream.range(0, ROOMS_EACH)
        .mapToObj(i -> (salt * 3 + i * 5) % Settings.ROOMS)
        .distinct()
        .toList();
  }

  List<Sender> senders() {
    return senders;
  }

  List<Listener> listeners() {
    return listeners;
  }

  /** The one that listens to every room. */
  Listener first() {
    return listeners.getFirst();
  }

  long received() {
    return listeners.stream().mapToLong(Listener::count).sum();
  }

  /** Acknowledged messages, by kind of sender. */
  Map<String, Long> acknowledged() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Sender sender : senders) counts.merge(sender.kind(), sender.acknowledged(), Long::sum);
    return counts;
  }

  int connections() {
    int listening = listeners.stream().mapToInt(Client::connections).sum();
    int sending = clients.stream().mapToInt(Client::connections).sum();
    return listening + sending;
  }

  void stopWriting() {
    senders.forEach(Sender::stop);
  }

  boolean settled() {
    return senders.stream().allMatch(Sender::settled);
  }

  @Override
  public void close() {
    senders.forEach(Sender::close);
    listeners.forEach(Listener::close);
  }
}
