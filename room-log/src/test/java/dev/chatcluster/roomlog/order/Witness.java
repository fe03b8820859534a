package dev.chatcluster.roomlog.order;

/** What must happen in some cases, or passing all of them proves nothing. */
public enum Witness {
  FEWER_PARTITIONS,
  FOUR_EPOCHS,
  OLD_STRAY_ADOPTED,
  BARRIER_TWICE,
  BARRIER_FORGED,
  BARRIER_UNKNOWN,
  OWNER_BEHIND_BARRIER,
  COPY_ABORTED,
  COPY_DELIVERED,
  RESIDUE_DELIVERED,
  RECORD_WITHHELD,
  ROOM_MOVED,
  ROOM_FORGOTTEN,
  READ_AGAIN,
  REPLAYED_OVER_EPOCHS,
  WENT_ON_IN_PLACE
}
