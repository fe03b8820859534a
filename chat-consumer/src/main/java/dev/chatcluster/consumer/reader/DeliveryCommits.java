package dev.chatcluster.consumer.reader;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows in the delivery group how far the own partitions have been delivered, and what was not.
 * Nobody starts from these offsets; they are for lag displays and for the operator.
 */
final class DeliveryCommits {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryCommits.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Kafka forgets the offsets of a group that nobody commits to, after days. */
  private static final Duration AT_LEAST = Duration.ofHours(1);

  /** The first often fails, since the group's coordinator has to be found. */
  private static final int FAILURES_TO_TELL = 5;

  private static final Duration LAST_COMMIT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final RateLimit complaints = new RateLimit(Duration.ofMinutes(1));
  private long dueAt;
  private long allDueAt;
  private boolean pending;
  private int failures;

  DeliveryCommits(Consumer<byte[], byte[]> consumer, long now) {
    this.consumer = consumer;
    dueAt = now;
    allDueAt = now;
  }

  /** Commits what changed, once a second. */
  void tick(Collection<Following> followings, long now) {
    if (now - dueAt < 0 || pending) return;
    dueAt = now + EVERY.toNanos();
    if (now - allDueAt >= 0) {
      committed.clear();
      allDueAt = now + AT_LEAST.toNanos();
    }
    Map<TopicPartition, OffsetAndMetadata> changed = changed(followings);
    if (changed.isEmpty()) return;
    pending = true;
    consumer.commitAsync(
        changed,
        (offsets, error) -> {
          pending = false;
          if (error == null) {
            committed.putAll(offsets);
            failures = 0;
          } else if (++failures >= FAILURES_TO_TELL) {
            complain(error, System.nanoTime());
          }
        });
  }

  /** Commits what changed and waits for it. */
  void last(Collection<Following> followings) {
    Map<TopicPartition, OffsetAndMetadata> changed = changed(followings);
    if (changed.isEmpty()) return;
    try {
      commit(changed);
    } catch (KafkaException e) {
      complain(e, System.nanoTime());
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    try {
      consumer.commitSync(offsets, LAST_COMMIT);
    } catch (WakeupException meantForAPoll) {
      consumer.commitSync(offsets, LAST_COMMIT);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> changed(Collection<Following> followings) {
    Map<TopicPartition, OffsetAndMetadata> changed = new HashMap<>();
    for (Following each : followings) {
      if (!each.own || !each.caughtUp()) continue;
      OffsetAndMetadata now = new OffsetAndMetadata(each.highest, metadata(each));
      if (!now.equals(committed.get(each.partition))) changed.put(each.partition, now);
    }
    return changed;
  }

  private static String metadata(Following following) {
    return "{\"v\":1,\"strays\":" + following.strays + ",\"skipped\":" + following.skipped + "}";
  }

  private void complain(Exception error, long now) {
    if (complaints.allows(now)) {
      LOG.warn("delivery is not shown in its consumer group: {}", error.toString());
    }
  }
}
