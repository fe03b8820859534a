package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.replay.Gap.Leg;
import dev.chatcluster.roomlog.order.World;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a gap the plain way: stretch by stretch. */
public final class GapReader {
  private GapReader() {}

  /** The places of the gap's messages; empty when not all of it is decided yet. */
  public static Optional<List<Position>> read(Gap gap, String room, World world) {
    List<Position> places = new ArrayList<>();
    for (Leg leg : gap.legs(room)) {
      if (leg.to() > world.stable(leg.partition())) return Optional.empty();
      for (long o = leg.from(); o < leg.to(); o++) {
        boolean here =
            world.committed(leg.partition(), o) instanceof World.Message message
                && message.room().equals(room);
        int home = here ? leg.home(room, o) : -1;
        if (home >= 0) places.add(new Position(home, leg.partition(), o));
      }
    }
    return Optional.of(places);
  }

  /** The number of its stretches. */
  public static int stretches(Gap gap, String room) {
    return gap.legs(room).size();
  }
}
