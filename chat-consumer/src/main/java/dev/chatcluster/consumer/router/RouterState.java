package dev.chatcluster.consumer.router;

/** Where a router stands. Only {@link Router} moves from one to the next. */
sealed interface RouterState {
  /** Nothing can be routed now: a cut is under way, or nobody can say where messages belong. */
  record Waiting() implements RouterState {}

  /** It makes itself the valid one, and then looks. */
  record Starting() implements RouterState {}

  /**
   * It routes.
   *
   * @param epoch under which
   */
  record Running(int epoch) implements RouterState {}

  /**
   * Another one is the valid one, or Kafka is in trouble: it watches.
   *
   * @param epoch in which it lost its place
   * @param position that is committed; -1 when not known
   * @param since when it stands there, {@link System#nanoTime}
   */
  record Standby(int epoch, long position, long since) implements RouterState {}

  /** Its name in metrics. */
  default String label() {
    return switch (this) {
      case Waiting _ -> "waiting";
      case Starting _ -> "starting";
      case Running _ -> "running";
      case Standby _ -> "standby";
    };
  }
}
