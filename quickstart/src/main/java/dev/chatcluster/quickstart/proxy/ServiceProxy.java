package dev.chatcluster.quickstart.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps a {@link Forwarder} for each port of each Service, and the Service's Endpoints. */
public final class ServiceProxy implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServiceProxy.class.getName());
  private static final Set<String> OURS =
      Set.of(ResourceTypes.SERVICES.id(), ResourceTypes.PODS.id());

  private final Resources resources;
  private final Map<Integer, Forwarder> forwarders = new HashMap<>();
  private final AtomicBoolean due = new AtomicBoolean();
  private final ObjectStore.Watch watch;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("service-proxy").factory());

  public ServiceProxy(Resources resources) {
    this.resources = resources;
    ObjectStore store = resources.store();
    watch = store.watch(key -> OURS.contains(key.type()), store.version(), change -> wake());
    wake();
  }

  private void wake() {
    if (due.compareAndSet(false, true) && !thread.isShutdown()) {
      thread.execute(this::reconcile);
    }
  }

  private void reconcile() {
    due.set(false);
    Set<Integer> wanted = new HashSet<>();
    List<ObjectNode> pods = resources.store().list(ResourceTypes.PODS.id());
    for (ObjectNode service : resources.store().list(ResourceTypes.SERVICES.id())) {
      try {
        for (JsonNode port : service.at("/spec/ports")) {
          int nodePort = port.path("nodePort").asInt();
          wanted.add(nodePort);
          forwarder(service, nodePort).setBackends(Backends.of(service, port, pods));
        }
        writeEndpoints(service, pods);
      } catch (IOException taken) {
        move(service);
      } catch (Refused e) {
        LOG.log(Level.FINE, "{0}", e.getMessage());
      }
    }
    forwarders
        .entrySet()
        .removeIf(
            entry -> {
              if (!wanted.contains(entry.getKey())) {
                entry.getValue().close();
                return true;
              }
              return false;
            });
  }

  private Forwarder forwarder(ObjectNode service, int port) throws IOException {
    Forwarder known = forwarders.get(port);
    if (known != null) {
      return known;
    }
    Forwarder forwarder = new Forwarder(port);
    forwarders.put(port, forwarder);
    LOG.log(Level.FINE, "Service {0} on port {1}", new Object[] {Json.name(service), port});
    return forwarder;
  }

  /** Somebody else listens on a port that was given out: the Service gets another one. */
  private void move(ObjectNode service) {
    Key key = ResourceTypes.SERVICES.key(Json.namespace(service), Json.name(service));
    try {
      ObjectNode moved =
          resources.update(
              ResourceTypes.SERVICES,
              key,
              Resources.Part.ALL_BUT_STATUS,
              copy -> {
                for (JsonNode port : copy.at("/spec/ports")) {
                  Json.objectOf(port).put("nodePort", -1);
                }
                return copy;
              },
              WriteOptions.plain());
      LOG.log(
          Level.WARNING,
          "The port of Service {0} was taken; it is now {1}",
          new Object[] {key.name(), moved.at("/spec/ports/0/nodePort")});
    } catch (Refused goneMeanwhile) {
      LOG.log(Level.FINE, "{0}", goneMeanwhile.getMessage());
    }
  }

  private void writeEndpoints(ObjectNode service, List<ObjectNode> pods) {
    if (service.at("/spec/selector").isEmpty() || Json.isBeingDeleted(service)) {
      return;
    }
    ObjectNode endpoints = Backends.endpoints(service, pods);
    Key key = ResourceTypes.ENDPOINTS.key(Json.namespace(service), Json.name(service));
    if (resources.store().get(key).isEmpty()) {
      resources.create(ResourceTypes.ENDPOINTS, key.namespace(), endpoints, WriteOptions.plain());
      return;
    }
    resources.update(
        ResourceTypes.ENDPOINTS,
        key,
        Resources.Part.ALL_BUT_STATUS,
        old -> {
          old.set("subsets", endpoints.get("subsets"));
          Json.metadata(old).set("ownerReferences", endpoints.at("/metadata/ownerReferences"));
          return old;
        },
        WriteOptions.plain());
  }

  @Override
  public void close() {
    watch.close();
    thread.shutdownNow();
    forwarders.values().forEach(Forwarder::close);
  }
}
