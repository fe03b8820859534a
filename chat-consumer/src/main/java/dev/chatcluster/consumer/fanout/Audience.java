package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.stomp.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** The subscriptions of one room on one loop, by what their frames look like. */
final class Audience {
  private static final class Group {
    final Dress dress;
    final ArrayList<Subscription> members = new ArrayList<>(4);

    Group(Dress dress) {
      this.dress = dress;
    }
  }

  private final ArrayList<Group> groups = new ArrayList<>(1);

  void add(Subscription subscription) {
    Group group = group(subscription.dress());
    if (group == null) {
      group = new Group(subscription.dress());
      groups.add(group);
    }
    subscription.index = group.members.size();
    group.members.add(subscription);
  }

  void remove(Subscription subscription) {
    Group group = group(subscription.dress());
    Subscription last = group.members.removeLast();
    if (last != subscription) {
      group.members.set(subscription.index, last);
      last.index = subscription.index;
    }
    if (group.members.isEmpty()) {
      groups.remove(group);
    }
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Writes the entry to everybody who is live; returns to how many. */
  int deliver(Entry entry, ByteBufAllocator allocator) {
    boolean text = Utf8.isValid(entry.value());
    int written = 0;
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      List<Subscription> members = group.members;
      ByteBuf framed = null;
      for (int m = 0; m < members.size(); m++) {
        Subscription subscription = members.get(m);
        if (subscription.takesShared(entry)) {
          if (framed == null) {
            framed = MessageFrame.encode(allocator, entry, text, group.dress, List.of());
          }
          subscription.outlet().write(framed.retainedDuplicate());
          written++;
        }
      }
      if (framed != null) {
        framed.release();
      }
    }
    return written;
  }

  private Group group(Dress dress) {
    for (int g = 0; g < groups.size(); g++) {
      if (groups.get(g).dress.equals(dress)) {
        return groups.get(g);
      }
    }
    return null;
  }
}
