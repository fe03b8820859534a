package dev.chatcluster.operator.kill;

import dev.chatcluster.operator.real.OperatorProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Kills an operator in the moment in which something is seen. */
final class Trap {
  private Step armed;
  private Supplier<OperatorProcess> anyOne;
  private CompletableFuture<OperatorProcess> victim = new CompletableFuture<>();

  /** What is seen from now on may spring it; {@code anyOne} dies when nobody knows whose it was. */
  synchronized void arm(Step step, Supplier<OperatorProcess> any) {
    armed = step;
    anyOne = any;
    victim = new CompletableFuture<>();
  }

  void saw(String what) {
    saw(what, null);
  }

  /** The same, by {@code whose} doing. */
  synchronized void saw(String what, OperatorProcess whose) {
    if (armed == null || !armed.is(what)) return;
    OperatorProcess killed = whose == null ? anyOne.get() : whose;
    killed.kill();
    armed = null;
    victim.complete(killed);
  }

  /** Whom it killed; null when that was not in time, and it is not armed any more. */
  OperatorProcess await(int seconds) throws InterruptedException {
    CompletableFuture<OperatorProcess> waited;
    synchronized (this) {
      waited = victim;
    }
    try {
      return waited.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      synchronized (this) {
        armed = null;
        return victim.getNow(null);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
