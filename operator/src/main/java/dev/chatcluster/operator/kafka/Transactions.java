package dev.chatcluster.operator.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/**
 * What is asked of Kafka about transactions; otherwise as {@link Kafka}, whose part it is;
 * thread-safe.
 */
public final class Transactions {
  /**
   * A transaction as a partition has it.
   *
   * @param start offset of its first record there
   */
  public record Open(
      TopicPartition partition, long producerId, short epoch, int coordinatorEpoch, long start) {}

  /** How old an answer of {@link #openFor} may be: all logs of a Kafka are in the same one. */
  private static final Duration FRESH = Duration.ofMillis(500);

  private final Kafka kafka;
  private final Admin admin;
  private Look look;

  private record Look(
      Duration longerThan, long began, KafkaFuture<Collection<TransactionListing>> answer) {}

  Transactions(Kafka kafka, Admin admin) {
    this.kafka = kafka;
    this.admin = admin;
  }

  /**
   * Ends what producers of these transactional ids have begun, for good: all at once, since Kafka
   * does one request's ids after one another. Returns when each is decided.
   */
  public void fence(List<String> transactionalIds) {
    Map<String, KafkaFuture<Void>> fenced = new LinkedHashMap<>();
    for (String id : transactionalIds) fenced.put(id, admin.fenceProducers(List.of(id)).all());
    try {
      fenced.forEach((id, done) -> kafka.await("Write", "TransactionalId/" + id, done));
    } finally {
      forget();
    }
  }

  /**
   * The transactional ids that had a transaction open for longer than that, half a second ago at
   * most. Each broker is asked for all of its Kafka, so who asks in between shares the answer, also
   * when it is a failure.
   */
  public List<String> openFor(Duration longerThan) {
    return kafka.await("Describe", "Kafka", look(longerThan).answer).stream()
        .map(TransactionListing::transactionalId)
        .toList();
  }

  private synchronized Look look(Duration longerThan) {
    long now = System.nanoTime();
    boolean fresh =
        look != null && look.longerThan.equals(longerThan) && now - look.began < FRESH.toNanos();
    if (fresh) return look;
    ListTransactionsOptions options =
        new ListTransactionsOptions()
            .filterStates(List.of(TransactionState.ONGOING))
            .filterOnDuration(longerThan.toMillis());
    look = new Look(longerThan, now, admin.listTransactions(options).all());
    return look;
  }

  /** What was seen is over: it would be fenced again, and the router that has begun anew. */
  private synchronized void forget() {
    look = null;
  }

  /** What is open in these partitions, as their leaders say. */
  public List<Open> open(List<TopicPartition> partitions) {
    DescribeProducersResult described = admin.describeProducers(partitions);
    List<Open> open = new ArrayList<>();
    for (TopicPartition each : partitions) {
      var state = kafka.await("Read", Kafka.object(each.topic()), described.partitionResult(each));
      for (ProducerState producer : state.activeProducers()) {
        producer
            .currentTransactionStartOffset()
            .ifPresent(start -> open.add(open(each, producer, start)));
      }
    }
    return open;
  }

  private static Open open(TopicPartition partition, ProducerState producer, long start) {
    return new Open(
        partition,
        producer.producerId(),
        (short) producer.producerEpoch(),
        Math.max(0, producer.coordinatorEpoch().orElse(0)),
        start);
  }

  /** What coordinators say of these transactional ids, without those that none of them knows. */
  public Map<String, TransactionDescription> described(List<String> ids) {
    var asked = admin.describeTransactions(ids);
    Map<String, TransactionDescription> described = new LinkedHashMap<>();
    for (String id : ids) {
      try {
        described.put(id, kafka.await("Describe", "TransactionalId/" + id, asked.description(id)));
      } catch (KafkaFailure e) {
        if (!(e.getCause() instanceof TransactionalIdNotFoundException)) throw e;
      }
    }
    return described;
  }

  /** Ends it in its partition, over the head of its coordinator. */
  public void abort(Open left) {
    AbortTransactionSpec spec =
        new AbortTransactionSpec(
            left.partition(), left.producerId(), left.epoch(), left.coordinatorEpoch());
    kafka.await("ClusterAction", "Cluster", admin.abortTransaction(spec).all());
  }
}
