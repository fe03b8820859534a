package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.send.Outgoing;
import dev.chatcluster.consumer.send.SendAnswer;
import dev.chatcluster.consumer.send.Sends;
import dev.chatcluster.consumer.stomp.ClientFrame;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** A session's messages on their way: held by transactions, handed to the path, answered. */
final class Sending {
  /** What a session wants to know of them. */
  interface Listener {
    /** Kafka has a message, or a transaction's last, whose receipt was asked for. */
    void acknowledged(String receipt, String ack);

    /** A message is not in the log. */
    void failed(String sentence, boolean retry, String receipt);

    /** One more is answered. */
    void answered();

    /** The path, which was full, takes messages again. */
    void hasRoom();
  }

  private final Sends sends;
  private final Executor loop;
  private final Transactions transactions;
  private final Listener listener;
  private Sends.Path path;
  private boolean full;
  private int unanswered;

  Sending(Sends sends, Executor loop, long transactionBytes, Listener listener) {
    this.sends = sends;
    this.loop = loop;
    this.transactions = new Transactions(transactionBytes);
    this.listener = listener;
  }

  /** Whether nothing more should be handed over for now. */
  boolean full() {
    return full;
  }

  /** Messages handed over and not answered yet. */
  int unanswered() {
    return unanswered;
  }

  void begin(ClientFrame frame) {
    transactions.begin(frame.required("transaction"));
  }

  void abort(ClientFrame frame) {
    transactions.close(frame.required("transaction"), "ABORT");
  }

  /** Nothing to do: a subscription is a cursor in a log, and its position is the client's. */
  void acknowledge(ClientFrame frame, String idHeader) {
    frame.required(idHeader);
    String transaction = frame.header("transaction");
    if (transaction != null) {
      transactions.require(transaction, frame.command().name());
    }
  }

  void send(ClientFrame frame) {
    Outgoing message = SendFrame.outgoing(frame);
    String receipt = frame.header("receipt");
    String transaction = frame.header("transaction");
    if (transaction != null) {
      transactions.hold(transaction, new Transactions.Held(message, receipt));
    } else {
      handOver(message, new Answer(receipt, null));
    }
  }

  /**
   * Sends what a transaction holds.
   *
   * @return false when it held nothing, so that no answer will come
   */
  boolean commit(ClientFrame frame) {
    String id = frame.required("transaction");
    List<Transactions.Held> held = transactions.of(id);
    transactions.close(id, "COMMIT");
    Commit commit = new Commit(frame.header("receipt"), held.size());
    for (Transactions.Held send : held) {
      handOver(send.message(), new Answer(send.receipt(), commit));
    }
    return !held.isEmpty();
  }

  /** Whether the frame would send to a room of which {@code starting} says that it has to wait. */
  boolean touches(ClientFrame frame, Predicate<String> starting) {
    return switch (frame.command()) {
      case SEND ->
          frame.header("transaction") == null
              && starting.test(Destination.sent(frame.required("destination")));
      case COMMIT ->
          transactions.of(frame.required("transaction")).stream()
              .anyMatch(send -> starting.test(send.message().room()));
      default -> false;
    };
  }

  private void handOver(Outgoing message, SendAnswer answer) {
    if (path == null) {
      path = sends.open(loop);
    }
    unanswered++;
    if (!path.send(message, answer) && !full) {
      full = true;
      path.whenRoom(
          () -> {
            full = false;
            listener.hasRoom();
          });
    }
  }

  /** What is left of a COMMIT: its receipt comes after the last of its messages. */
  private static final class Commit {
    final String receipt;
    int left;

    Commit(String receipt, int left) {
      this.receipt = receipt;
      this.left = left;
    }
  }

  /** The answer to one SEND. */
  private final class Answer implements SendAnswer {
    private final String receipt;
    private final Commit commit;

    Answer(String receipt, Commit commit) {
      this.receipt = receipt;
      this.commit = commit;
    }

    @Override
    public void acknowledged(String ack) {
      unanswered--;
      if (receipt != null) {
        listener.acknowledged(receipt, ack);
      }
      if (commit != null && --commit.left == 0 && commit.receipt != null) {
        listener.acknowledged(commit.receipt, ack);
      }
      listener.answered();
    }

    @Override
    public void failed(String sentence, boolean retry) {
      unanswered--;
      listener.failed(
          sentence, retry, receipt != null || commit == null ? receipt : commit.receipt);
    }
  }
}
