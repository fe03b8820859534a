package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.stomp.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The subscriptions of one room on one loop, by what their frames look like. */
final class Audience {
  private static final class Group {
    final Dress dress;
    final ArrayList<Subscription> members = new ArrayList<>(4);
    int index;

    Group(Dress dress) {
      this.dress = dress;
    }
  }

  private final Map<Dress, Group> byDress = new HashMap<>(2);

  /** The same groups, to be walked at every entry without an iterator. */
  private final ArrayList<Group> groups = new ArrayList<>(1);

  void add(Subscription subscription) {
    Group group = byDress.computeIfAbsent(subscription.dress(), this::append);
    subscription.index = group.members.size();
    group.members.add(subscription);
  }

  void remove(Subscription subscription) {
    Group group = byDress.get(subscription.dress());
    Subscription last = group.members.removeLast();
    if (last != subscription) {
      group.members.set(subscription.index, last);
      last.index = subscription.index;
    }
    if (group.members.isEmpty()) {
      byDress.remove(group.dress);
      Group lastGroup = groups.removeLast();
      if (lastGroup != group) {
        groups.set(group.index, lastGroup);
        lastGroup.index = group.index;
      }
    }
  }

  private Group append(Dress dress) {
    Group group = new Group(dress);
    group.index = groups.size();
    groups.add(group);
    return group;
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
      written += deliver(entry, allocator, text, group.dress, group.members);
    }
    return written;
  }

  private static int deliver(
      Entry entry,
      ByteBufAllocator allocator,
      boolean text,
      Dress dress,
      List<Subscription> members) {
    int written = 0;
    ByteBuf framed = null;
    try {
      for (int m = 0; m < members.size(); m++) {
        Subscription subscription = members.get(m);
        if (subscription.takesShared(entry)) {
          if (framed == null) {
            framed = MessageFrame.encode(allocator, entry, text, dress, List.of());
          }
          subscription.outlet().write(framed.retainedDuplicate());
          written++;
        }
      }
    } finally {
      if (framed != null) {
        framed.release();
      }
    }
    return written;
  }

  /** Ends them all: an entry could not be written to some of them. */
  void fail() {
    for (int g = 0; g < groups.size(); g++) {
      groups.get(g).members.forEach(Subscription::fail);
    }
  }
}
