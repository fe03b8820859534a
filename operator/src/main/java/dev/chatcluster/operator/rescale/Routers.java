package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.roomlog.Names;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The routers of a log, which run in the pods, as Kafka knows them: by their transactional ids. */
final class Routers {
  private final Kafka kafka;
  private final String topic;
  private final String uid;

  /** Those of the log {@code uid}. */
  Routers(Kafka kafka, String topic, String uid) {
    this.kafka = kafka;
    this.topic = topic;
    this.uid = uid;
  }

  /** Ends what the routers of partitions 0 to {@code count} - 1 have begun, for good. */
  void fence(int count) {
    kafka.fence(
        IntStream.range(0, count)
            .mapToObj(p -> Names.routerTransactionalId(topic, uid, p))
            .toList());
  }

  /** Fences those with a transaction that has been open for longer than that; returns their ids. */
  List<String> fenceFrozen(Duration longerThan) {
    List<String> frozen = kafka.openTransactions(longerThan).stream().filter(this::ours).toList();
    if (!frozen.isEmpty()) kafka.fence(frozen);
    return frozen;
  }

  private boolean ours(String id) {
    String first = Names.routerTransactionalId(topic, uid, 0);
    return id.startsWith(first.substring(0, first.length() - 1));
  }
}
