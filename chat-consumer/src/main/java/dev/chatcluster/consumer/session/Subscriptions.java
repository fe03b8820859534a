package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.fanout.Dress;
import dev.chatcluster.consumer.fanout.LoopFanout;
import dev.chatcluster.consumer.fanout.Outlet;
import dev.chatcluster.consumer.fanout.Subscription;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.stomp.ClientFrame;
import dev.chatcluster.consumer.stomp.Printable;
import dev.chatcluster.consumer.stomp.StompException;
import dev.chatcluster.consumer.stomp.StompVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A session's subscriptions by the id that the client gave them. */
final class Subscriptions implements Subscription.Owner {
  /** What a session wants to know of them. */
  interface Listener {
    /** One of them is in its room: what waited for it may go on. */
    void begun();

    /** One cannot be served now. */
    void failed(String sentence);
  }

  /** What is answered once a subscription has begun. */
  private record Start(StompVersion version, String receipt, From from) {}

  private static final int MOST_REPLAYED = 100_000;
  private static final int LONGEST_PROGRESS_SECONDS = 3_600;

  private final LoopFanout fanout;
  private final Outlet outlet;
  private final Rooms rooms;
  private final SessionMeters meters;
  private final Answers answers;
  private final Listener listener;
  private final Map<String, Subscription> open = new HashMap<>(4);
  private final Map<Subscription, Start> starting = new IdentityHashMap<>(4);

  Subscriptions(
      LoopFanout fanout,
      Outlet outlet,
      Rooms rooms,
      SessionMeters meters,
      Answers answers,
      Listener listener) {
    this.fanout = fanout;
    this.outlet = outlet;
    this.rooms = rooms;
    this.meters = meters;
    this.answers = answers;
    this.listener = listener;
  }

  /** Carries out a SUBSCRIBE. */
  void add(ClientFrame frame, StompVersion version) {
    String destination = frame.required("destination");
    String room = Destination.subscribed(destination);
    String id = version == StompVersion.V1_0 ? frame.header("id") : frame.required("id");
    String key = key(id, destination);
    boolean acknowledged = acknowledged(frame);
    if (open.containsKey(key)) {
      throw new StompException(
          "SUBSCRIBE with the id \""
              + Printable.of(id == null ? destination : id)
              + "\", which is in use on this connection; choose another or UNSUBSCRIBE it first");
    }
    if (open.size() == SessionLimits.SUBSCRIPTIONS) {
      throw new StompException(
          "more than "
              + SessionLimits.SUBSCRIPTIONS
              + " subscriptions on one connection; open another connection");
    }
    From from = from(frame);
    long progress = number(frame, "progress", 1, LONGEST_PROGRESS_SECONDS, 0);
    Subscription subscription =
        new Subscription(
            room,
            new Dress(id, version, acknowledged),
            fanout,
            outlet,
            this,
            TimeUnit.SECONDS.toNanos(progress));
    open.put(key, subscription);
    starting.put(subscription, new Start(version, frame.header("receipt"), from));
    meters.subscriptions().incrementAndGet();
    subscription.registered(rooms.join(room, from, fanout, subscription));
  }

  /** A client that remembers a position knows better than to guess how many messages it missed. */
  private static From from(ClientFrame frame) {
    String token = frame.header("resume-from");
    int replay = number(frame, "replay", 0, MOST_REPLAYED, -1);
    if (token != null) {
      return new From.After(token);
    }
    return replay < 0 ? new From.Now() : new From.Last(replay);
  }

  private static int number(ClientFrame frame, String header, int least, int most, int absent) {
    String value = frame.header(header);
    if (value == null) {
      return absent;
    }
    if (value.matches("\\d{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new StompException(
        header
            + " \""
            + Printable.of(value)
            + "\" of SUBSCRIBE; give a whole number from "
            + least
            + " to "
            + most);
  }

  /** To be called now and then. */
  void tick() {
    open.values().forEach(Subscription::tick);
  }

  /** Carries out an UNSUBSCRIBE. */
  void remove(ClientFrame frame, StompVersion version) {
    String id = frame.header("id");
    if (id == null && version != StompVersion.V1_0) {
      id = frame.required("id");
    }
    String destination = id == null ? frame.required("destination") : null;
    Subscription subscription = open.remove(key(id, destination));
    if (subscription == null) {
      throw new StompException(
          "UNSUBSCRIBE of \""
              + Printable.of(id == null ? destination : id)
              + "\", which is no subscription of this connection; give the id of a SUBSCRIBE");
    }
    subscription.cancel();
    meters.subscriptions().decrementAndGet();
    Start start = starting.remove(subscription);
    if (start != null && start.receipt() != null) {
      answers.receipt(version, start.receipt(), List.of());
    }
  }

  void cancelAll() {
    meters.subscriptions().addAndGet(-open.size());
    open.values().forEach(Subscription::cancel);
    open.clear();
    starting.clear();
  }

  boolean anyStarting() {
    return !starting.isEmpty();
  }

  boolean isStarting(String room) {
    for (Subscription subscription : starting.keySet()) {
      if (subscription.room().equals(room)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void started(Subscription subscription, Started started) {
    Start start = starting.remove(subscription);
    if (start == null) {
      return;
    }
    List<MessageHeader> headers = headers(started, start.from() instanceof From.After);
    if (start.receipt() != null) {
      answers.receipt(start.version(), start.receipt(), headers);
    } else if (!(start.from() instanceof From.Now)) {
      subscription.firstHeaders(headers);
    }
    listener.begun();
  }

  @Override
  public void failed(Subscription subscription, String sentence) {
    listener.failed(sentence);
  }

  private static List<MessageHeader> headers(Started started, boolean resumes) {
    List<MessageHeader> headers = new ArrayList<>(4);
    if (resumes) {
      boolean recovered =
          switch (started.outcome()) {
            case LIVE, RECOVERED -> true;
            case NEW_CLUSTER, TRUNCATED, TOO_FAR, BAD_TOKEN -> false;
          };
      headers.add(new MessageHeader("recovered", Boolean.toString(recovered)));
      if (!recovered) {
        headers.add(new MessageHeader("reason", started.outcome().name()));
      }
    }
    if (started.replayed() != null) {
      headers.add(new MessageHeader("replayed", Integer.toString(started.replayed().messages())));
      headers.add(new MessageHeader("older", Boolean.toString(started.replayed().older())));
    }
    if (started.earliest() != null) {
      headers.add(new MessageHeader("earliest", started.earliest()));
    }
    if (started.position() != null) {
      headers.add(new MessageHeader("position", started.position()));
    }
    return headers;
  }

  private static boolean acknowledged(ClientFrame frame) {
    String ack = frame.header("ack");
    return switch (ack == null ? "auto" : ack) {
      case "auto" -> false;
      case "client", "client-individual" -> true;
      default ->
          throw new StompException(
              "ack \""
                  + Printable.of(ack)
                  + "\" of SUBSCRIBE; use auto, client or client-individual");
    };
  }

  /** In STOMP 1.0 the destination stands for a missing id; a NUL keeps the two apart. */
  private static String key(String id, String destination) {
    return id != null ? id : "\0" + destination;
  }
}
