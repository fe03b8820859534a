package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps a store in a file: whole, a fraction of a second after a change and at the end. */
public final class StateFile implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StateFile.class.getName());
  private static final long DELAY_MILLIS = 200;

  /**
   * A process that is killed may have given out versions that never reached the file: none of them
   * may be given twice.
   */
  private static final long VERSION_GAP = 10_000;

  private final ObjectStore store;
  private final Path file;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("state-file").factory());
  private final AtomicBoolean due = new AtomicBoolean();
  private final ObjectStore.Watch watch;

  /**
   * Reads the file, when there is one, into the store, which must be empty, and keeps it from then
   * on.
   *
   * @throws IOException when the file cannot be read
   */
  public StateFile(ObjectStore store, Path file) throws IOException {
    this.store = store;
    this.file = file;
    if (Files.exists(file)) {
      restore();
    }
    watch = store.watch(key -> true, store.version(), change -> wake());
  }

  private void restore() throws IOException {
    JsonNode saved;
    try {
      saved = Json.parse(Files.readAllBytes(file));
    } catch (Refused e) {
      throw new IOException(file + " is damaged; delete it to begin anew", e);
    }
    List<Map.Entry<Key, ObjectNode>> objects = new ArrayList<>();
    for (JsonNode object : saved.path("objects")) {
      ObjectNode copy = Json.objectOf(object);
      String type = Json.text(copy.remove("type"), "");
      objects.add(new SimpleEntry<>(new Key(type, Json.namespace(copy), Json.name(copy)), copy));
    }
    store.restore(objects, saved.path("version").asLong() + VERSION_GAP);
  }

  private void wake() {
    if (due.compareAndSet(false, true) && !thread.isShutdown()) {
      thread.schedule(this::save, DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void save() {
    due.set(false);
    try {
      write();
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.WARNING, "{0} cannot be written: {1}", new Object[] {file, e.getMessage()});
    }
  }

  private synchronized void write() throws IOException {
    ObjectNode saved = Json.object();
    synchronized (store) {
      saved.put("version", store.version());
      ArrayNode objects = saved.putArray("objects");
      store
          .all()
          .forEach(
              (key, object) -> {
                ObjectNode entry = objects.addObject().put("type", key.type());
                entry.setAll(object);
              });
    }
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, Json.bytes(saved));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    watch.close();
    thread.shutdownNow();
    write();
  }
}
