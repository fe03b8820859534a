package dev.chatcluster.roomlog;

/** The names that everybody derives from the data topic's name, and those that are reserved. */
public final class Names {
  /** Headers that start so are ours: no client may send one, none reaches a client. */
  public static final String RESERVED_HEADER_PREFIX = "chat-";

  /** Marks a record of the protocol itself, a barrier for one; never a message. */
  public static final String CONTROL_HEADER = "chat-ctl";

  /** On a forwarded copy: {@code <source partition>:<source offset>:<epoch>}. */
  public static final String FORWARD_HEADER = "chat-fwd";

  /** The room, and the key, of records of the protocol itself. */
  public static final String CONTROL_ROOM = "__chat";

  private Names() {}

  /** The topic of one partition in which the log's identity and its epochs stand. */
  public static String controlTopic(String topic) {
    return topic + ".control";
  }

  /** The consumer group whose offsets show how far delivery is; for lag displays only. */
  public static String deliveryGroup(String topic) {
    return topic + ".delivery";
  }

  /** The consumer group whose offsets are the routers' positions. */
  public static String routerGroup(String topic) {
    return topic + ".router";
  }

  /** The transactional id that fences the router of one partition. */
  public static String routerTransactionalId(String topic, String uid, int partition) {
    return topic + ".router." + uid + "." + partition;
  }
}
