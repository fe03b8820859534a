package dev.chatcluster.roomlog.epoch;

import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import java.util.Optional;

/** A record on the control topic. */
public sealed interface ControlRecord {
  /** The version of the records written here; a reader takes no other. */
  int VERSION = 1;

  /**
   * {@code epoch}: an epoch is in force.
   *
   * @param logId of the log; in epoch 0 it is what gives the log its identity
   */
  record EpochPublished(LogId logId, Epoch epoch) implements ControlRecord {}

  /**
   * {@code cut}: a change of the count has begun and will be completed.
   *
   * @param number of the epoch to come
   * @param partitions it will have, at least 1
   * @param hint end offsets before any barrier of this cut
   * @param nonce random; a barrier without it is forged
   */
  record CutStarted(
      LogId logId,
      int number,
      int partitions,
      Partitioning partitioning,
      List<Long> hint,
      String nonce)
      implements ControlRecord {
    /** Refuses what no epoch can follow: it could never be completed, and no other cut begin. */
    public CutStarted {
      if (partitions < 1) {
        throw new IllegalArgumentException("a cut's n is 1 or more: " + partitions);
      }
    }

    /** No barrier of this cut lies before it in {@code partition}. */
    public long hint(int partition) {
      return partition < hint.size() ? hint.get(partition) : 0;
    }
  }

  /**
   * {@code owner}: the log belongs to another ChatCluster from here on, or to none. It is for
   * operators only; readers and routers do not care.
   *
   * @param number from 1, one more than that of the owner before
   * @param owner empty when the ChatCluster before is gone and none has come
   */
  record Owned(int number, Optional<Owner> owner) implements ControlRecord {}

  /**
   * {@code sync}: who reads up to its own one has read the newest state.
   *
   * @param who wrote it
   * @param incarnation random, of the writer
   */
  record Sync(String who, String incarnation) implements ControlRecord {}

  /**
   * Not for this version: counted, otherwise ignored.
   *
   * @param why as the end of a sentence
   */
  record Unknown(String why) implements ControlRecord {}

  /** The record's value on the topic, JSON. */
  default byte[] toJson() {
    return ControlJson.write(this);
  }

  /** Reads a record's value; never fails, what cannot be read is {@link Unknown}. */
  static ControlRecord parse(byte[] value) {
    return ControlJson.read(value);
  }
}
