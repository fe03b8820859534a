package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.epoch.Owner;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A topic, its control topic, and everybody who writes to them: producers, forgers, routers and
 * operators, each of them one small step at a time, with crashes between any two.
 */
public final class World {
  public static final int MOST_PARTITIONS = 6;
  static final int MOST_EPOCHS = 6;
  static final LogId LOG = new LogId("uid", "tid");
  public static final List<String> ROOMS = List.of("0", "1", "2", "3", "5", "7");

  /** What a record holds. */
  public interface Content {}

  /**
   * A message, or a copy of one.
   *
   * @param id of the message, rising; its copy has the same
   * @param to the partition that its producer wrote it to
   * @param sent the step at which it was written first
   * @param copy {@code null}, or where it was copied from, as its header says
   */
  public record Message(int id, String room, String producer, int to, int sent, String copy)
      implements Content {}

  /** A record that claims to be a barrier, rightly or not. */
  public record Claim(Barrier barrier) implements Content {}

  /** What ends a transaction in a partition: an offset without a record. */
  private enum Marker implements Content {
    MARKER
  }

  /** Written to several partitions, seen in all of them or in none. */
  private static final class Transaction {
    final Set<Integer> unmarked = new LinkedHashSet<>();
    boolean decided;
    boolean committed;
  }

  private record Slot(Content content, Transaction transaction) {}

  private static final class Partition {
    final List<Slot> slots = new ArrayList<>();
    final Map<Transaction, Long> open = new LinkedHashMap<>();

    /** What its router committed; null before it ever did. */
    Long routed;

    Transaction routing;
    int fences;
  }

  private final List<Partition> partitions = new ArrayList<>();
  private final List<ControlState> states = new ArrayList<>(List.of(ControlState.EMPTY));
  private final List<Router> routers = new ArrayList<>();
  private final List<Operator> operators = List.of(new Operator("A"), new Operator("B"));
  private final Deque<Transaction> sending = new ArrayDeque<>();
  private final Partitioning partitioning;
  private final List<String> story;

  /** Those that can be known, by reading the control topic. */
  private final List<String> nonces = new ArrayList<>(List.of("guessed"));

  /** What has happened. */
  final Set<Witness> seen = EnumSet.noneOf(Witness.class);

  private int messages;
  private int cuts;
  private int now;

  /**
   * @param story where to tell what happens; null to be quiet
   */
  public World(int count, Partitioning partitioning, List<String> story) {
    this.partitioning = partitioning;
    this.story = story;
    grow(count);
  }

  // What can be seen of it.

  int now() {
    return now;
  }

  public int width() {
    return partitions.size();
  }

  public long end(int p) {
    return partitions.get(p).slots.size();
  }

  /** The offset up to which a reader at read_committed gets. */
  public long stable(int p) {
    for (long first : partitions.get(p).open.values()) return first;
    return end(p);
  }

  /** The committed record at an offset; null when there is none. */
  public Content committed(int p, long o) {
    Slot slot = partitions.get(p).slots.get((int) o);
    boolean seen =
        slot.content != Marker.MARKER
            && (slot.transaction == null || slot.transaction.decided && slot.transaction.committed);
    return seen ? slot.content : null;
  }

  public int controlEnd() {
    return states.size() - 1;
  }

  /** The fold of the first {@code records} control records. */
  public ControlState state(int records) {
    return states.get(records);
  }

  ControlState state() {
    return states.get(controlEnd());
  }

  public Definition definition() {
    return new Definition(state().epochs());
  }

  public void tell(Supplier<String> what) {
    if (story != null) story.add(what.get());
  }

  // Time.

  public void tick() {
    now++;
  }

  private void grow(int count) {
    while (partitions.size() < count) {
      int p = partitions.size();
      partitions.add(new Partition());
      routers.add(new Router(p));
      routers.add(new Router(p));
    }
  }

  private long append(int p, Content content, Transaction transaction) {
    Partition to = partitions.get(p);
    long offset = to.slots.size();
    to.slots.add(new Slot(content, transaction));
    if (transaction != null) {
      to.open.putIfAbsent(transaction, offset);
      transaction.unmarked.add(p);
    }
    return offset;
  }

  private void decide(Transaction transaction, boolean commit) {
    transaction.decided = true;
    transaction.committed = commit;
  }

  private void mark(Transaction transaction, int p) {
    if (!transaction.unmarked.remove(p)) return;
    partitions.get(p).open.remove(transaction);
    append(p, Marker.MARKER, null);
  }

  private void finish(Transaction transaction) {
    if (transaction == null) return;
    if (!transaction.decided) decide(transaction, false);
    for (int p : List.copyOf(transaction.unmarked)) mark(transaction, p);
  }

  // Control topic.

  public void publishFirst(int count) {
    List<Long> ends = new ArrayList<>();
    for (int p = 0; p < width(); p++) ends.add(end(p));
    control(new EpochPublished(LOG, Epoch.adopting(count, partitioning, ends)));
  }

  /** A ChatCluster takes the log or gives it up, a cut under way or not. */
  public void own(Choices c) {
    // Whoever read the log before another took it comes with that one's number.
    int number = state().owned().number() + (c.rarely(4) ? 0 : 1);
    Owner owner = c.rarely(3) ? null : new Owner("uid" + number, "ns", "chat", "");
    control(new Owned(number, Optional.ofNullable(owner)));
  }

  private void control(ControlRecord record) {
    if (record instanceof CutStarted cut) nonces.add(cut.nonce());
    states.add(state().apply(record));
    tell(() -> "control " + record);
  }

  // Producers.

  private void send(String producer, String room, int p, String copy, Transaction transaction) {
    long o = append(p, new Message(messages++, room, producer, p, now, copy), transaction);
    tell(
        () ->
            producer
                + " sends to room "
                + room
                + (copy == null ? "" : " with the copy header " + copy)
                + (transaction == null ? "" : " in a transaction")
                + " at "
                + p
                + ":"
                + o);
  }

  /** A producer that knows the newest count, one with a fixed count, or one that knows nothing. */
  public void produce(Choices c) {
    String room = ROOMS.get(c.pick(ROOMS.size()));
    int kind = c.pick(4);
    String forged = c.rarely(8) ? c.pick(width()) + ":" + c.pick(20) + ":" + c.pick(4) : null;
    if (kind == 0 && !state().epochs().isEmpty()) {
      send("knowing", room, state().current().orElseThrow().partitionOf(room), forged, null);
    } else if (kind < 3) {
      int count = 1 + c.pick(width());
      send("of" + count, room, partitioning.partition(room, count), forged, null);
    } else {
      send("anywhere", room, c.pick(width()), forged, null);
    }
  }

  /** A producer's own transaction, open over a while. */
  public void transact(Choices c) {
    if (sending.isEmpty() || c.rarely(3)) {
      Transaction transaction = new Transaction();
      sending.add(transaction);
      for (int i = c.pick(3); i >= 0; i--) {
        send("transactional", ROOMS.get(c.pick(ROOMS.size())), c.pick(width()), null, transaction);
      }
    } else {
      Transaction transaction = sending.remove();
      decide(transaction, !c.rarely(2));
      finish(transaction);
      tell(() -> "a producer " + (transaction.committed ? "commits" : "aborts"));
    }
  }

  public void forge(Choices c) {
    int k = state().epochs().size();
    int p = c.pick(width());
    int kind = c.pick(6);
    CutStarted cut = state().cutting().orElse(null);
    int n = cut == null ? 1 + c.pick(MOST_PARTITIONS) : cut.partitions();
    String map = partitioning.wireName();
    String known = nonces.get(nonces.size() - 1 - c.pick(nonces.size()));
    Barrier barrier =
        switch (kind) {
          case 0 -> new Barrier(LOG, k, n, map, "forged");
          case 1 -> new Barrier(LOG, 1 + c.pick(k), n, map, known);
          case 2 -> new Barrier(LOG, k + 1 + c.pick(2), n, map, known);
          case 3 -> new Barrier(new LogId("uid", "another"), k, n, map, known);
          case 4 -> new Barrier(LOG, k, n % MOST_PARTITIONS + 1, map, known);
          default -> cut == null ? new Barrier(LOG, k, n, map, "forged") : Barrier.of(cut);
        };
    // Who copies the true one comes after it: the nonce is a secret of those who run the cut.
    if (cut != null && barrier.isOf(cut) && firstBarrier(cut, p) < 0) return;
    long o = append(p, new Claim(barrier), null);
    tell(() -> "somebody writes " + barrier + " at " + p + ":" + o);
  }

  /** The first barrier of a cut in a partition; -1 while there is none. */
  private long firstBarrier(CutStarted cut, int p) {
    for (long o = cut.hint(p); o < end(p); o++) {
      if (committed(p, o) instanceof Claim claim && claim.barrier().isOf(cut)) return o;
    }
    return -1;
  }

  // Routers.

  public void route(Choices c) {
    Router router = routers.get(c.pick(routers.size()));
    for (int i = c.pick(5); i >= 0; i--) router.step(c);
  }

  /** The coordinator gives up on a transaction that is open too long. */
  public void timeOut(Choices c) {
    fence(c.pick(width()));
  }

  /** Partitions may be added at any time, without a cut or in the middle of one. */
  public void widen() {
    grow(Math.min(width() + 1, MOST_PARTITIONS));
  }

  private int fence(int p) {
    Partition of = partitions.get(p);
    boolean open = of.routing != null && !of.routing.decided;
    if (open && !of.routing.unmarked.isEmpty()) seen.add(Witness.COPY_ABORTED);
    finish(of.routing);
    of.routing = null;
    return ++of.fences;
  }

  private final class Router {
    private enum Phase {
      INIT,
      LOOK,
      COLLECT,
      SEND,
      MARK
    }

    private final int partition;
    private final Deque<Message> copies = new ArrayDeque<>();
    private Phase phase = Phase.INIT;
    private int fences;
    private Definition known;
    private Transaction transaction;
    private long next;

    Router(int partition) {
      this.partition = partition;
    }

    private boolean fenced() {
      return partitions.get(partition).fences != fences;
    }

    void step(Choices c) {
      if (c.rarely(16)) {
        phase = Phase.INIT;
        return;
      }
      switch (phase) {
        case INIT -> {
          fences = fence(partition);
          phase = Phase.LOOK;
          tell(() -> "router " + partition + " begins");
        }
        case LOOK -> {
          if (state().cutting().isPresent() || state().epochs().isEmpty()) {
            phase = Phase.INIT;
          } else {
            known = definition();
            phase = Phase.COLLECT;
          }
        }
        case COLLECT -> collect(6 - c.pick(6));
        case SEND -> send();
        default -> end();
      }
    }

    private void collect(int most) {
      Partition from = partitions.get(partition);
      if (fenced()) {
        phase = Phase.INIT;
        return;
      }
      finish(from.routing);
      long o = from.routed == null ? known.routed(partition) : from.routed;
      copies.clear();
      for (; o < stable(partition) && most > 0; o++, most--) {
        if (!(committed(partition, o) instanceof Message message)) continue;
        if (known.home(message.room(), partition, o).isPresent()) continue;
        copies.add(
            new Message(
                message.id(),
                message.room(),
                message.producer(),
                message.to(),
                message.sent(),
                partition + ":" + o + ":" + known.newest()));
      }
      next = o;
      transaction = new Transaction();
      from.routing = transaction;
      phase = Phase.SEND;
    }

    private void send() {
      if (fenced()) {
        phase = Phase.INIT;
        return;
      }
      Message copy = copies.poll();
      if (copy != null) {
        int to = known.owner(known.newest(), copy.room());
        long o = append(to, copy, transaction);
        tell(() -> "router copies " + copy.copy() + " to " + to + ":" + o);
        return;
      }
      decide(transaction, true);
      partitions.get(partition).routed = next;
      tell(() -> "router " + partition + " commits, routed up to " + next);
      phase = Phase.MARK;
    }

    /** The coordinator's work: markers come one by one, fenced or not. */
    private void end() {
      if (transaction.unmarked.isEmpty()) phase = Phase.COLLECT;
      else mark(transaction, transaction.unmarked.iterator().next());
    }
  }

  // Operators.

  public void operate(Choices c) {
    Operator operator = operators.get(c.pick(operators.size()));
    for (int i = c.pick(5); i >= 0; i--) operator.step(c);
  }

  private final class Operator {
    private enum Phase {
      LOOK,
      CUT,
      ADOPT,
      FENCE,
      READ,
      BARRIER,
      PUBLISH
    }

    private final String name;
    private final Map<Integer, Long> acknowledged = new HashMap<>();
    private Phase phase = Phase.LOOK;
    private CutStarted cut;
    private List<Long> routed;
    private int width;
    private int done;

    Operator(String name) {
      this.name = name;
    }

    void step(Choices c) {
      if (c.rarely(20)) {
        tell(() -> "operator " + name + " crashes");
        phase = Phase.LOOK;
        return;
      }
      switch (phase) {
        case LOOK -> look(c);
        case CUT -> {
          control(cut);
          phase = Phase.ADOPT;
        }
        case ADOPT -> adopt();
        case FENCE -> {
          fence(done++);
          if (done == width) phase = Phase.READ;
        }
        case READ -> {
          routed = new ArrayList<>();
          for (int p = 0; p < width; p++) {
            Long committed = partitions.get(p).routed;
            routed.add(committed == null ? definition().routed(p) : committed);
          }
          done = 0;
          phase = Phase.BARRIER;
        }
        case BARRIER -> barrier();
        default -> publish();
      }
    }

    private void look(Choices c) {
      if (state().epochs().isEmpty()) return;
      if (state().cutting().isPresent()) {
        adopt();
        return;
      }
      if (state().epochs().size() > MOST_EPOCHS) return;
      int n = 1 + c.pick(MOST_PARTITIONS);
      grow(n);
      List<Long> hint = new ArrayList<>();
      for (int p = 0; p < World.this.width(); p++) hint.add(end(p));
      cut = new CutStarted(LOG, state().epochs().size(), n, partitioning, hint, "nonce" + ++cuts);
      phase = Phase.CUT;
    }

    private void adopt() {
      phase = Phase.LOOK;
      if (state().cutting().isEmpty()) return;
      cut = state().cutting().orElseThrow();
      width = World.this.width();
      done = 0;
      phase = Phase.FENCE;
    }

    private void barrier() {
      int p = done++;
      if (firstBarrier(cut, p) >= 0) seen.add(Witness.BARRIER_TWICE);
      long o = append(p, new Claim(Barrier.of(cut)), null);
      acknowledged.put(p, o);
      tell(() -> "operator " + name + " writes barrier " + cut.number() + " at " + p + ":" + o);
      if (done == width) phase = Phase.PUBLISH;
    }

    private void publish() {
      List<Long> barriers = new ArrayList<>();
      for (int p = 0; p < width; p++) {
        long o = firstBarrier(cut, p);
        assert o >= 0 && o <= acknowledged.get(p);
        barriers.add(o);
      }
      if (cut.partitions() < state().current().orElseThrow().partitions()) {
        seen.add(Witness.FEWER_PARTITIONS);
      }
      control(
          new EpochPublished(
              LOG, new Epoch(cut.number(), cut.partitions(), partitioning, barriers, routed)));
      phase = Phase.LOOK;
    }
  }

  // The end.

  /** Everybody who has begun something ends it, and all strays are routed. */
  public void comeToRest() {
    Choices plain = new Choices(0);
    while (!sending.isEmpty()) finish(sending.remove());
    for (int p = 0; p < width(); p++) fence(p);
    while (state().cutting().isPresent()) operators.get(0).step(plain);
    for (int p = 0; p < width(); p++) {
      Router last = new Router(p);
      Partition from = partitions.get(p);
      do {
        last.step(plain);
      } while (last.phase != Router.Phase.COLLECT || from.routed == null || from.routed < end(p));
    }
    for (int p = 0; p < width(); p++) {
      if (partitions.get(p).routed < end(p)) {
        comeToRest();
        return;
      }
    }
  }
}
