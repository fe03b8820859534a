package dev.chatcluster.consumer.stomp;

/**
 * What one side offers and wants of heart-beats.
 *
 * @param sends the smallest interval it can guarantee, in milliseconds; 0 means none
 * @param wants the interval it would like to receive at, in milliseconds; 0 means none
 */
public record HeartBeat(long sends, long wants) {
  /** Neither offered nor wanted. */
  public static final HeartBeat NONE = new HeartBeat(0, 0);

  /**
   * Reads the header.
   *
   * @param header {@code <sends>,<wants>}; null means none
   * @throws StompException when it is not two numbers
   */
  public static HeartBeat parse(String header) {
    if (header == null) {
      return NONE;
    }
    int comma = header.indexOf(',');
    try {
      if (comma > 0) {
        long sends = Long.parseLong(header.substring(0, comma).strip());
        long wants = Long.parseLong(header.substring(comma + 1).strip());
        if (sends >= 0 && wants >= 0) {
          return new HeartBeat(sends, wants);
        }
      }
    } catch (NumberFormatException e) {
      // said below, as for a missing comma
    }
    throw new StompException(
        "heart-beat \""
            + Printable.of(header)
            + "\" is not two numbers of milliseconds; write for example heart-beat:0,25000");
  }

  /** The interval at which this side has to send to {@code other}, in milliseconds; 0 is never. */
  public long towards(HeartBeat other) {
    return sends == 0 || other.wants == 0 ? 0 : Math.max(sends, other.wants);
  }

  /** As the header says it. */
  public String text() {
    return sends + "," + wants;
  }
}
