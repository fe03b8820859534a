package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.Transactions;
import dev.chatcluster.roomlog.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** The routers of a log, which run in the pods, as Kafka knows them: by their transactional ids. */
final class Routers {
  private final Transactions transactions;
  private final String topic;
  private final String uid;

  /** Those of the log {@code uid}. */
  Routers(Kafka kafka, String topic, String uid) {
    this.transactions = kafka.transactions();
    this.topic = topic;
    this.uid = uid;
  }

  /** Ends what the routers of partitions 0 to {@code count} - 1 have begun, for good. */
  void fence(int count) {
    transactions.fence(
        IntStream.range(0, count)
            .mapToObj(p -> Names.routerTransactionalId(topic, uid, p))
            .toList());
  }

  /**
   * Fences those of whom it is time.
   *
   * @param longerThan how long their transaction has been open at least
   * @return their ids
   */
  List<String> fenceFrozen(Duration longerThan, Frozen frozen, Instant now) {
    List<String> open = transactions.openFor(longerThan).stream().filter(this::ours).toList();
    List<String> due = frozen.due(open, now);
    if (!due.isEmpty()) transactions.fence(due);
    return due;
  }

  private boolean ours(String id) {
    String first = Names.routerTransactionalId(topic, uid, 0);
    return id.startsWith(first.substring(0, first.length() - 1));
  }
}
