package dev.chatcluster.e2e.client;

import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * A subscriber of one room that comes back with {@code resume-from} whenever its connection ends.
 */
public interface Follower extends AutoCloseable {
  /** Connects to {@code pod} first; done when the server has confirmed the subscription. */
  CompletableFuture<Void> start(URI pod);

  Reception reception();

  @Override
  void close();
}
