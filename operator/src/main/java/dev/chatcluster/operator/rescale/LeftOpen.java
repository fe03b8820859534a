package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.kafka.RouterGroup;
import dev.chatcluster.operator.kafka.Transactions;
import dev.chatcluster.operator.kafka.Transactions.Open;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.order.CopyHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of routers that are over by the word of their coordinators, and still open in a
 * partition: Kafka leaves out the markers of partitions that have no leader at that moment. Nobody
 * else ends them, and until then all that read the partition stand still.
 */
final class LeftOpen {
  private static final Logger LOG = LoggerFactory.getLogger(LeftOpen.class);

  private final Kafka kafka;
  private final Transactions transactions;
  private final String topic;
  private final String uid;

  /** Those of the routers of the log {@code uid}. */
  LeftOpen(Kafka kafka, String topic, String uid) {
    this.kafka = kafka;
    this.transactions = kafka.transactions();
    this.topic = topic;
    this.uid = uid;
  }

  /**
   * Aborts those that were not committed. What was committed is left: the next transaction of its
   * router that writes there ends it, as what it was.
   *
   * @param count of partitions
   * @param epoch the newest
   * @return what was aborted
   */
  List<Open> abort(int count, int epoch) {
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic, p)).toList();
    List<Open> open = transactions.open(partitions);
    if (open.isEmpty()) return List.of();
    Map<Long, Integer> routers = new HashMap<>();
    Map<Long, TransactionDescription> said = new HashMap<>();
    List<String> ids =
        IntStream.range(0, count)
            .mapToObj(p -> Names.routerTransactionalId(topic, uid, p))
            .toList();
    transactions
        .described(ids)
        .forEach(
            (id, each) -> {
              routers.put(each.producerId(), ids.indexOf(id));
              said.put(each.producerId(), each);
            });
    List<Open> left = new ArrayList<>(open);
    left.removeIf(
        each -> !said.containsKey(each.producerId()) || !over(each, said.get(each.producerId())));
    // Those whose markers came meanwhile are not left open.
    if (!left.isEmpty()) left.retainAll(transactions.open(partitions));
    left.removeIf(each -> committed(each, routers.get(each.producerId()), epoch));
    left.forEach(this::abort);
    return List.copyOf(left);
  }

  /**
   * Whether a coordinator that says this has no part in {@code open} any more. Each transaction has
   * an epoch of its own, which the coordinator counts up when it decides it. While one is ongoing
   * its memory may be ahead of what it has written down.
   */
  static boolean over(Open open, TransactionDescription said) {
    return switch (said.state()) {
      case EMPTY, COMPLETE_ABORT -> said.producerEpoch() > open.epoch();
      case COMPLETE_COMMIT -> said.producerEpoch() > open.epoch() + 1;
      default -> false;
    };
  }

  /** The position is committed with the copies, so where it is behind one of them, they were. */
  private boolean committed(Open left, int router, int epoch) {
    OptionalLong first = firstStray(left, router);
    if (first.isEmpty()) return false;
    Optional<Long> position = new RouterGroup(kafka, topic).surelyOf(epoch, router);
    boolean committed = position.isPresent() && position.get() > first.getAsLong();
    if (committed) {
      LOG.warn("a transaction of router {} was committed, but not everywhere: {}", router, left);
    }
    return committed;
  }

  /** The offset of the stray whose copy the transaction begins with. */
  private OptionalLong firstStray(Open left, int router) {
    try (Consumer<byte[], byte[]> consumer = kafka.consumer("read_uncommitted")) {
      consumer.assign(List.of(left.partition()));
      consumer.seek(left.partition(), left.start());
      long end = System.nanoTime() + Duration.ofMillis(Kafka.TIMEOUT_MS).toNanos();
      while (System.nanoTime() < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
          return CopyHeader.read(each.headers()).stream()
              .filter(copy -> copy.partition() == router)
              .mapToLong(CopyHeader::offset)
              .findFirst();
        }
      }
      throw new TimeoutException(left + " cannot be read");
    } catch (KafkaException e) {
      throw kafka.failure(e, "Read", Kafka.object(topic));
    }
  }

  private void abort(Open left) {
    LOG.warn("aborting what Kafka has left open of a router's transaction: {}", left);
    try {
      transactions.abort(left);
    } catch (KafkaFailure e) {
      if (e.trouble().reason() != Reason.AUTHORIZATION_FAILED) throw e;
      throw new KafkaFailure(
          Reason.AUTHORIZATION_FAILED,
          "Cluster",
          "Kafka left a transaction of a router open, which holds back "
              + left.partition()
              + " from offset "
              + left.start()
              + ", and does not allow ClusterAction on the cluster: add an ACL that allows it to the"
              + " operator's user, or run kafka-transactions.sh --bootstrap-server <brokers> abort"
              + " --topic "
              + left.partition().topic()
              + " --partition "
              + left.partition().partition()
              + " --start-offset "
              + left.start());
    }
  }
}
