package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.fanout.LoopFanout;
import dev.chatcluster.consumer.fanout.Outlet;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.send.Sends;
import dev.chatcluster.consumer.stomp.ClientFrame;
import dev.chatcluster.consumer.stomp.HeartBeat;
import dev.chatcluster.consumer.stomp.StompDecoder;
import dev.chatcluster.consumer.stomp.StompException;
import dev.chatcluster.consumer.stomp.StompVersion;
import dev.chatcluster.consumer.websocket.frame.CloseCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's STOMP session: the only owner of its {@link State}. Used on its loop only.
 *
 * <p>Frames are taken one after the other. Two things make the next one wait, and the socket with
 * it: a full path to Kafka, and a SEND to a room whose SUBSCRIBE of this session has not begun yet,
 * which would otherwise race it and be missed by its own sender.
 */
public final class Session {
  /** The socket as its session sees it. */
  public interface Connection {
    /** The way out. */
    Outlet outlet();

    /** Whether more is to be read; what is read all the same is taken, and waits. */
    void reading(boolean on);

    /** Sends what is queued and a close frame, then closes. */
    void close(CloseCode code, String reason);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final SessionLimits limits;
  private final SessionMeters meters;
  private final Answers answers;
  private final StompDecoder decoder;
  private final Subscriptions subscriptions;
  private final Sending sending;
  private final ArrayDeque<ByteBuf> inbox = new ArrayDeque<>(1);

  private State state = new State.Connecting();
  private ClientFrame held;
  private boolean pumping;
  private long heartBeatNanos;

  public Session(
      Connection connection,
      LoopFanout fanout,
      Rooms rooms,
      Sends sends,
      SessionLimits limits,
      SessionMeters meters) {
    this.connection = connection;
    this.limits = limits;
    this.meters = meters;
    this.answers = new Answers(fanout.allocator(), connection.outlet());
    this.decoder = new StompDecoder(limits.frames());
    this.sending =
        new Sending(
            sends,
            task -> fanout.execute(() -> guard(task)),
            limits.transactionBytes(),
            new SendingEvents());
    this.subscriptions =
        new Subscriptions(
            fanout, connection.outlet(), rooms, meters, answers, new SubscriptionEvents());
  }

  /** Takes bytes of the client; releases them. */
  public void received(ByteBuf bytes) {
    if (!takesFrames()) {
      bytes.release();
      return;
    }
    inbox.add(bytes);
    // Ended at once: the frames behind one that failed must not be taken.
    guard(this::pump);
  }

  /** The socket is gone. */
  public void gone() {
    end();
  }

  /** Answers ERROR and closes. */
  public void refuse(String sentence, boolean retry) {
    refuse(sentence, retry, null);
  }

  /** Something here went wrong that is no fault of the client: it has to come again. */
  public void failed(Throwable cause) {
    LOG.warn("A connection failed; it is closed and its client told to reconnect", cause);
    refuse("the server failed on this connection; reconnect and resume", true);
  }

  private void guard(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** Closes without an ERROR: it is not about a frame of the client. */
  public void close(CloseCode code, String reason) {
    if (!(state instanceof State.Closed)) {
      end();
      connection.close(code, reason);
    }
  }

  /** Takes no more frames, answers those it took, then closes for the client to come again. */
  public void leave(CloseCode code, String reason) {
    switch (state) {
      case State.Connecting connecting -> close(code, reason);
      case State.Connected connected -> leave(connected.version(), code, reason, null);
      case State.Leaving leaving -> {}
      case State.Closed closed -> {}
    }
  }

  /** To be called now and then: what is due by time. */
  public void tick() {
    subscriptions.tick();
  }

  /** Whether CONNECT is still to come. */
  public boolean connecting() {
    return state instanceof State.Connecting;
  }

  /** Whether a frame has begun, and its client has to send the rest. */
  public boolean insideFrame() {
    return takesFrames() && !blocked() && decoder.insideFrame();
  }

  /** How long the server may be silent, in nanoseconds; 0 when nobody minds. */
  public long heartBeatNanos() {
    return heartBeatNanos;
  }

  private boolean takesFrames() {
    return state instanceof State.Connecting || state instanceof State.Connected;
  }

  private boolean blocked() {
    return sending.full() || held != null && mustWait(held);
  }

  private boolean mustWait(ClientFrame frame) {
    return subscriptions.anyStarting() && sending.touches(frame, subscriptions::isStarting);
  }

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (takesFrames() && !blocked()) {
        ClientFrame frame = held != null ? held : nextFrame();
        held = null;
        if (frame == null) {
          break;
        }
        take(frame);
      }
    } finally {
      pumping = false;
    }
    if (takesFrames()) {
      connection.reading(!blocked());
    } else {
      releaseInbox();
    }
  }

  private ClientFrame nextFrame() {
    try {
      while (!inbox.isEmpty()) {
        ClientFrame frame = decoder.next(inbox.peek());
        if (frame != null) {
          return frame;
        }
        inbox.poll().release();
      }
    } catch (StompException e) {
      refuse(e.getMessage(), false);
    }
    return null;
  }

  private void take(ClientFrame frame) {
    try {
      switch (state) {
        case State.Connecting connecting -> connect(frame);
        case State.Connected connected -> {
          if (mustWait(frame)) {
            held = frame;
          } else {
            handle(frame, connected.version());
          }
        }
        case State.Leaving leaving -> {}
        case State.Closed closed -> {}
      }
    } catch (StompException e) {
      refuse(e.getMessage(), false, frame.header("receipt"));
    }
  }

  private void connect(ClientFrame frame) {
    StompVersion version =
        StompVersion.negotiate(frame.header("accept-version"))
            .orElseThrow(
                () ->
                    new StompException(
                        "accept-version names no version that is spoken here; use one of "
                            + StompVersion.all()));
    HeartBeat client = HeartBeat.parse(frame.header("heart-beat"));
    boolean beats = version != StompVersion.V1_0;
    if (beats) {
      heartBeatNanos = TimeUnit.MILLISECONDS.toNanos(limits.heartBeat().towards(client));
    }
    decoder.version(version);
    state = new State.Connected(version);
    String session = UUID.randomUUID().toString();
    answers.connected(version, session, beats ? limits.heartBeat().text() : null);
  }

  private void handle(ClientFrame frame, StompVersion version) {
    boolean answerNow = true;
    switch (frame.command()) {
      case CONNECT, STOMP ->
          throw new StompException(
              frame.command() + " on a connection that is connected; open another connection");
      case SEND -> {
        sending.send(frame);
        answerNow = false;
      }
      case SUBSCRIBE -> {
        subscriptions.add(frame, version);
        answerNow = false;
      }
      case UNSUBSCRIBE -> subscriptions.remove(frame, version);
      case BEGIN -> sending.begin(frame);
      case COMMIT -> answerNow = !sending.commit(frame);
      case ABORT -> sending.abort(frame);
      case ACK, NACK ->
          sending.acknowledge(frame, version == StompVersion.V1_2 ? "id" : "message-id");
      case DISCONNECT -> {
        leave(version, CloseCode.NORMAL, "DISCONNECT", frame.header("receipt"));
        answerNow = false;
      }
    }
    if (answerNow && frame.header("receipt") != null) {
      answers.receipt(version, frame.header("receipt"), List.of());
    }
  }

  private void leave(StompVersion version, CloseCode code, String reason, String receipt) {
    state = new State.Leaving(version, code, reason, receipt);
    connection.reading(true);
    leaveIfAnswered();
  }

  private void leaveIfAnswered() {
    if (state instanceof State.Leaving leaving
        && sending.unanswered() == 0
        && (leaving.code() != CloseCode.NORMAL || !subscriptions.anyStarting())) {
      if (leaving.receipt() != null) {
        answers.receipt(leaving.version(), leaving.receipt(), List.of());
      }
      close(leaving.code(), leaving.reason());
    }
  }

  private void refuse(String sentence, boolean retry, String receipt) {
    if (!(state instanceof State.Closed)) {
      meters.errors().increment();
      try {
        answers.error(version(), sentence, retry, receipt);
      } catch (Throwable e) {
        LOG.warn("A client could not be told what went wrong; its connection is closed", e);
      }
      close(retry ? CloseCode.TRY_AGAIN : CloseCode.REFUSED, sentence);
    }
  }

  private void end() {
    state = new State.Closed();
    held = null;
    subscriptions.cancelAll();
    if (!pumping) {
      releaseInbox();
    }
  }

  private void releaseInbox() {
    inbox.forEach(ByteBuf::release);
    inbox.clear();
  }

  /** Null as long as none is agreed. */
  private StompVersion version() {
    return switch (state) {
      case State.Connected connected -> connected.version();
      case State.Leaving leaving -> leaving.version();
      case State.Connecting connecting -> null;
      case State.Closed closed -> null;
    };
  }

  private final class SendingEvents implements Sending.Listener {
    @Override
    public void acknowledged(String receipt, String ack) {
      if (!(state instanceof State.Closed)) {
        answers.receipt(version(), receipt, List.of(new MessageHeader("ack", ack)));
      }
    }

    @Override
    public void failed(String sentence, boolean retry, String receipt) {
      refuse(sentence, retry, receipt);
    }

    @Override
    public void answered() {
      leaveIfAnswered();
    }

    @Override
    public void hasRoom() {
      pump();
    }
  }

  private final class SubscriptionEvents implements Subscriptions.Listener {
    @Override
    public void begun() {
      pump();
      leaveIfAnswered();
    }

    @Override
    public void failed(String sentence) {
      refuse(sentence, true);
    }
  }
}
