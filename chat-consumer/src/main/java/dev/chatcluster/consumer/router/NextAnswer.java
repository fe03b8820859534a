package dev.chatcluster.consumer.router;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An answer that is always younger than the question. Whoever asks while an older question is on
 * its way shares the next one, so that thousands cost two. Any thread.
 */
final class NextAnswer<T> {
  private final Supplier<CompletableFuture<T>> source;
  private CompletableFuture<T> asked;
  private CompletableFuture<T> next;

  NextAnswer(Supplier<CompletableFuture<T>> source) {
    this.source = source;
  }

  synchronized CompletableFuture<T> fromNow() {
    if (asked == null) return ask();
    if (next != null) return next;
    CompletableFuture<T> shared = new CompletableFuture<>();
    next = shared;
    asked.whenComplete((answer, error) -> askNext(shared));
    return shared;
  }

  private synchronized CompletableFuture<T> ask() {
    CompletableFuture<T> asking = source.get();
    asked = asking;
    asking.whenComplete((answer, error) -> answered(asking));
    return asking;
  }

  private synchronized void answered(CompletableFuture<T> asking) {
    if (asked == asking) asked = null;
  }

  private void askNext(CompletableFuture<T> shared) {
    CompletableFuture<T> asking;
    synchronized (this) {
      next = null;
      asking = ask();
    }
    asking.whenComplete(
        (answer, error) -> {
          if (error == null) shared.complete(answer);
          else shared.completeExceptionally(error);
        });
  }
}
