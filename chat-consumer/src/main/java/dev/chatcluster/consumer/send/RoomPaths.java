package dev.chatcluster.consumer.send;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A session's paths to the rooms that it sends to, as many as it may keep: a room that was not sent
 * to for longest is forgotten, and met again as in a new session. The sender's thread's own.
 */
final class RoomPaths {
  static final int MOST = 1_000;

  private final Map<String, RoomPath> paths = new LinkedHashMap<>(4, 0.75f, true);

  RoomPath to(String room) {
    RoomPath path = paths.computeIfAbsent(room, RoomPath::new);
    if (paths.size() > MOST) forgetOne();
    return path;
  }

  private void forgetOne() {
    Iterator<RoomPath> longestUnused = paths.values().iterator();
    while (longestUnused.hasNext()) {
      if (longestUnused.next().idle()) {
        longestUnused.remove();
        return;
      }
    }
  }
}
