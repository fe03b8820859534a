package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a world through a {@link LogReader}, late, in pieces, and with crashes. */
final class Pod implements LogReader.Port<Pod.Listener> {
  /** What a position said when so much had been delivered. */
  record Said(Position position, int delivered) {}

  /** One message, and when it was delivered. */
  record Had(Position position, int id, int when) {}

  /** One stretch of following one room. */
  static final class Listener extends RoomCursor {
    final String pod;

    /** Behind which its stream begins. */
    final Position start;

    final List<Had> had = new ArrayList<>();
    final List<Said> said = new ArrayList<>();
    boolean wanted = true;
    boolean following = true;

    Listener(String pod, String room, Position start, Position cursor) {
      super(room, cursor);
      this.pod = pod;
      this.start = start;
    }

    @Override
    protected boolean wanted() {
      return wanted;
    }

    @Override
    public String toString() {
      return "room " + room() + " in pod " + pod;
    }
  }

  /** Where a record was said to be in place. */
  record Place(String room, Position at) {}

  /** Places that were shown of a partition, since it was begun at an offset. */
  record Shown(long from, Set<Place> places) {}

  /** A head that a room was said to have. */
  record Head(String room, Position position, long shown) {}

  final List<Listener> listeners = new ArrayList<>();
  final List<Head> heads = new ArrayList<>();
  private final String name;
  private final World world;
  private final Map<Integer, Long> next = new TreeMap<>();

  /** Offsets below which barriers were written before the control log was last read to its end. */
  private final Map<Integer, Long> judged = new HashMap<>();

  /** Where clients of rooms have got to. */
  private final Map<String, Position> tokens = new TreeMap<>();

  private final Map<Integer, Shown> shown = new TreeMap<>();

  private LogReader<Listener> reader;
  private int known;

  Pod(String name, World world) {
    this.name = name;
    this.world = world;
  }

  Map<Integer, Shown> shown() {
    return shown;
  }

  boolean runs() {
    return reader != null;
  }

  // The port.

  @Override
  public void readFrom(int partition, long offset) {
    world.tell(() -> name + " reads " + partition + " from " + offset);
    world.seen.add(Witness.READ_AGAIN);
    shown.computeIfAbsent(partition, begun -> new Shown(offset, new HashSet<>()));
    next.put(partition, offset);
  }

  @Override
  public void forgotten(Listener room) {
    world.seen.add(Witness.ROOM_FORGOTTEN);
    world.tell(() -> room + " is forgotten");
    room.following = false;
  }

  @Override
  public void broken(int partition, String why, List<Listener> rooms) {
    throw new AssertionError("pod " + name + ": " + why);
  }

  // What it does.

  /** Begins with an old state of some partitions, and goes on with the rooms it had. */
  void start(Choices c) {
    Map<Integer, Long> offsets = new TreeMap<>();
    int mask = c.pick(1 << World.MOST_PARTITIONS);
    for (int p = 0; p < world.width(); p++) {
      if ((mask >> p & 1) != 0) offsets.put(p, world.stable(p) * c.pick(3) / 2);
    }
    start(offsets);
    for (Map.Entry<String, Position> token : Map.copyOf(tokens).entrySet()) {
      if (!c.rarely(4)) resume(token.getKey(), token.getValue());
    }
  }

  /** Begins at these offsets, or before. */
  void start(Map<Integer, Long> offsets) {
    known = world.controlEnd();
    reader = new LogReader<>(world.state(known), this);
    next.clear();
    shown.clear();
    judged.clear();
    offsets.forEach(this::begin);
  }

  private void begin(int p, long offset) {
    CutStarted cut = world.state(known).cutting().orElse(null);
    long from = cut == null ? offset : Math.min(offset, cut.hint(p));
    world.tell(() -> name + " begins " + p + " at " + from);
    reader.begin(p, from);
    shown.put(p, new Shown(from, new HashSet<>()));
    next.put(p, from);
  }

  void crash(Choices c) {
    world.tell(() -> name + " crashes");
    for (Listener each : List.copyOf(reader.rooms())) leave(each, c);
    reader = null;
  }

  private void leave(Listener listener, Choices c) {
    Position token = reader.position(listener);
    if (!c.rarely(3)) {
      token =
          listener.had.isEmpty()
              ? listener.start
              : listener.had.get(listener.had.size() - 1).position();
    }
    tokens.put(listener.room(), token);
    listener.following = false;
  }

  void subscribe(Choices c) {
    String room = World.ROOMS.get(c.pick(World.ROOMS.size()));
    Listener there = reader.room(room);
    if (there != null) {
      if (c.rarely(3)) {
        there.wanted = !there.wanted;
        return;
      }
      leave(there, c);
      reader.remove(there);
      world.tell(() -> there + " is removed");
      return;
    }
    int kind = c.pick(3);
    if (kind == 0) {
      resume(room, new Position(0, reader.log().owner(0, room), -1));
    } else if (kind == 1 && tokens.containsKey(room)) {
      resume(room, tokens.get(room));
    } else {
      if (!reader.follows(home(room))) catchUp();
      follow(home(room));
      Position head = head(room);
      add(new Listener(name, room, head, head));
    }
  }

  /** Follows a partition no longer that no room is in. */
  void unfollow(Choices c) {
    List<Integer> followed = List.copyOf(next.keySet());
    if (followed.isEmpty()) return;
    int p = followed.get(c.pick(followed.size()));
    if (reader.rooms().stream().anyMatch(each -> each.partition() == p)) return;
    world.tell(() -> name + " leaves " + p);
    reader.end(p);
    next.remove(p);
    shown.remove(p);
  }

  private int home(String room) {
    return reader.log().owner(reader.log().newest(), room);
  }

  private void follow(int p) {
    if (!reader.follows(p)) begin(p, world.stable(p));
  }

  private void add(Listener listener) {
    world.tell(() -> listener + " begins behind " + listener.start);
    listeners.add(listener);
    reader.add(listener);
    speak();
  }

  /** Goes on behind a token: directly where its partition is read, or by reading up to there. */
  void resume(String room, Position token) {
    catchUp();
    if (reader.room(room) != null) return;
    long head = reader.head(token.partition());
    if (head >= 0 && token.offset() >= head - 1) {
      world.seen.add(Witness.WENT_ON_IN_PLACE);
      add(new Listener(name, room, token, token));
      return;
    }
    follow(home(room));
    Position until = head(room);
    if (token.isAfter(until)) {
      tokens.put(room, token);
      return;
    }
    Listener listener = new Listener(name, room, token, until);
    if (!replay(listener, until)) return;
    if (until.epoch() > token.epoch()) world.seen.add(Witness.REPLAYED_OVER_EPOCHS);
    add(listener);
  }

  /** A place behind an unpublished barrier lies in the segment of the epoch before, still open. */
  private boolean replay(Listener listener, Position until) {
    RoomLog log = reader.log();
    String room = listener.room();
    int first = Math.min(listener.start.epoch(), log.newest());
    int last = Math.min(until.epoch(), log.newest());
    for (int k = first; k <= last; k++) {
      Segment segment = log.segment(k, room);
      int p = segment.partition();
      long to = k == last ? until.offset() + 1 : segment.to();
      if (to > world.stable(p)) return false;
      long from = k == first ? listener.start.offset() + 1 : 0;
      for (long o = Math.max(segment.from(), from); o < to; o++) {
        if (!(world.committed(p, o) instanceof World.Message message)) continue;
        if (!message.room().equals(room)) continue;
        int home = k == last ? reader.place(p, room, o) : log.home(room, p, o);
        if (home == k || k == last && home > k) deliver(listener, home, p, o, message);
      }
    }
    return true;
  }

  private void deliver(Listener listener, int home, int p, long o, World.Message message) {
    world.tell(() -> listener + " has " + message.id() + " at " + home + "/" + p + ":" + o);
    if (message.to() != p) world.seen.add(Witness.COPY_DELIVERED);
    listener.had.add(new Had(new Position(home, p, o), message.id(), world.now()));
  }

  /** Takes over one control record or two. */
  void learn(Choices c) {
    learn(Math.min(world.controlEnd(), known + 1 + c.pick(2)));
  }

  private void catchUp() {
    for (int p = 0; p < world.width(); p++) judged.put(p, world.end(p));
    learn(world.controlEnd());
  }

  private void learn(int records) {
    ControlState before = world.state(known);
    ControlState state = world.state(records);
    known = records;
    world.tell(
        () ->
            name
                + " knows epoch "
                + (state.epochs().size() - 1)
                + state.cutting().map(cut -> ", cut " + cut.number()).orElse(""));
    boolean barrier = next.keySet().stream().anyMatch(p -> reader.view(p).cut() != null);
    if (barrier && !state.equals(before) && state.epochs().equals(before.epochs())) {
      world.seen.add(Witness.OWNER_BEHIND_BARRIER);
    }
    reader.learn(state);
    speak();
  }

  /** One batch: records of some partitions. */
  void poll(Choices c) {
    int mask = ~c.pick(1 << World.MOST_PARTITIONS);
    boolean stuck = false;
    for (int p : List.copyOf(next.keySet())) {
      if ((mask >> p & 1) != 0) stuck |= show(p, 8 - c.pick(8));
    }
    speak();
    reader.settle();
    speak();
    if (stuck && !c.rarely(4)) catchUp();
  }

  private boolean show(int p, int most) {
    long o = next.get(p);
    long to = Math.min(world.stable(p), o + most);
    boolean stuck = false;
    for (; o < to && !stuck; o += stuck ? 0 : 1) {
      World.Content content = world.committed(p, o);
      if (content instanceof World.Claim claim) {
        LogReader.Met met = reader.meet(p, o, claim.barrier(), o < judged.getOrDefault(p, 0L));
        stuck = met == LogReader.Met.UNKNOWN;
        if (stuck) world.seen.add(Witness.BARRIER_UNKNOWN);
        if (met == LogReader.Met.FORGED) world.seen.add(Witness.BARRIER_FORGED);
        long at = o;
        world.tell(() -> name + " meets at " + p + ":" + at + " what is " + met);
      } else if (content instanceof World.Message message) {
        show(p, o, message);
      }
    }
    long end = o;
    world.tell(() -> name + " has read " + p + " up to " + end);
    next.put(p, o);
    reader.reached(p, o);
    return stuck;
  }

  private void show(int p, long o, World.Message message) {
    int home = reader.place(p, message.room(), o);
    if (home == PartitionView.WITHHELD) world.seen.add(Witness.RECORD_WITHHELD);
    if (home < 0) return;
    shown.get(p).places().add(new Place(message.room(), new Position(home, p, o)));
    Listener listener = reader.room(message.room());
    if (listener != null && reader.takes(listener, home, p, o)) {
      if (!listener.had.isEmpty()) {
        Position last = listener.had.get(listener.had.size() - 1).position();
        if (last.partition() != p) world.seen.add(Witness.ROOM_MOVED);
      }
      deliver(listener, home, p, o, message);
    }
  }

  private Position head(String room) {
    Position head = reader.head(room);
    heads.add(new Head(room, head, reader.head(head.partition())));
    return head;
  }

  /** Notes what is said of all rooms. */
  private void speak() {
    for (Listener each : reader.rooms()) {
      Said said = new Said(reader.position(each), each.had.size());
      if (each.said.isEmpty() || !each.said.get(each.said.size() - 1).equals(said)) {
        each.said.add(said);
      }
    }
    for (String room : World.ROOMS) {
      if (reader.room(room) == null && reader.follows(home(room))) head(room);
    }
  }

  /** Reads all there is. */
  void comeToRest() {
    Choices plain = new Choices(0);
    catchUp();
    for (int polls = 0; polls < 1_000; polls++) {
      poll(plain);
      if (next.entrySet().stream().allMatch(each -> each.getValue() == world.end(each.getKey()))) {
        return;
      }
    }
    throw new AssertionError("pod " + name + " reads for ever: " + next);
  }
}
