package dev.chatcluster.operator.apply;

import static dev.chatcluster.operator.apply.Applied.Change.CREATED;
import static dev.chatcluster.operator.apply.Applied.Change.NONE;
import static dev.chatcluster.operator.apply.Applied.Change.UPDATED;

import dev.chatcluster.operator.desired.Labels;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes objects of one kind what is wanted, without server-side apply; thread-safe. */
public final class Applier<R extends HasMetadata> {
  /** The objects of one kind as they are known without asking for each. */
  public interface Known<R> {
    /** The object of that name, whoever controls it. */
    Optional<R> get(ResourceID id);

    /** Is told of an object that was just made. */
    void created(ResourceID id, R object);

    /** Is told of an object that was just changed. */
    void updated(ResourceID id, R object, R before);
  }

  private final KubernetesClient client;
  private final Known<R> known;

  public Applier(KubernetesClient client, Known<R> known) {
    this.client = client;
    this.known = known;
  }

  public Applier(KubernetesClient client, InformerEventSource<R, ?> informer) {
    this(
        client,
        new Known<>() {
          @Override
          public Optional<R> get(ResourceID id) {
            return informer.get(id);
          }

          @Override
          public void created(ResourceID id, R object) {
            informer.handleRecentResourceCreate(id, object);
          }

          @Override
          public void updated(ResourceID id, R object, R before) {
            informer.handleRecentResourceUpdate(id, object, before);
          }
        });
  }

  /** The object of that name as it is known, whoever controls it. */
  public Optional<R> known(R wanted) {
    return known.get(ResourceID.fromResource(wanted));
  }

  /** The object of that name as it is known, whoever controls it. */
  public Optional<R> known(ResourceID id) {
    return known.get(id);
  }

  /** Whether {@code owner} controls {@code object}. */
  public static boolean owns(HasMetadata owner, HasMetadata object) {
    String uid = owner.getMetadata().getUid();
    return controller(object).map(c -> uid.equals(c.getUid())).orElse(false);
  }

  /** Whether {@code object} is controlled by the same owner as {@code wanted}. */
  public static boolean controlled(HasMetadata object, HasMetadata wanted) {
    String owner = wanted.getMetadata().getOwnerReferences().getFirst().getUid();
    return controller(object).map(c -> owner.equals(c.getUid())).orElse(false);
  }

  /**
   * Creates or corrects the object; asks the API server nothing when the informer says that it is
   * as wanted.
   *
   * @param partition that the object serves, or null
   * @throws NotApplied when it cannot be; nothing was changed then
   */
  public Applied<R> apply(R wanted, Integer partition) {
    try {
      Optional<R> there = known(wanted);
      R actual = there.isPresent() ? there.get() : createOrGet(wanted);
      if (actual == null) {
        return new Applied<>(known(wanted).orElse(wanted), CREATED, "it did not exist");
      }
      if (!controlled(actual, wanted)) {
        throw new NotApplied(nameTaken(wanted, actual, partition), null);
      }
      Optional<String> difference = Difference.between(wanted, actual);
      if (difference.isEmpty() || actual.isMarkedForDeletion()) {
        return new Applied<>(actual, NONE, "");
      }
      Optional<R> updated = there.isPresent() ? update(wanted, actual) : show(wanted, actual);
      return updated.isPresent()
          ? new Applied<>(updated.get(), UPDATED, difference.get())
          : new Applied<>(actual, NONE, "");
    } catch (KubernetesClientException e) {
      throw NotApplied.refused(object(wanted), partition, e);
    }
  }

  /**
   * Deletes the very object of that name that the informer knows, as it knows it: an operator that
   * was stopped in between deletes none that is another one by now, or is used again.
   *
   * @param partition that the object serves, or null
   * @return it; empty when it is gone or going already, or was changed, which the informer will
   *     report
   * @throws NotApplied when it cannot be deleted
   */
  public Optional<R> remove(ResourceID id, Integer partition) {
    Optional<R> there = known.get(id).filter(object -> !object.isMarkedForDeletion());
    if (there.isEmpty()) return there;
    try {
      var deleted = client.resource(there.get()).lockResourceVersion().delete();
      return deleted.isEmpty() ? Optional.empty() : there;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) return Optional.empty();
      throw NotApplied.refused(object(there.get()), partition, e);
    }
  }

  /** Null when it was created, else the object that was there and that the informer hides. */
  private R createOrGet(R wanted) {
    try {
      R created = client.resource(wanted).create();
      known.created(ResourceID.fromResource(wanted), created);
      return null;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) throw e;
      R there = client.resource(wanted).get();
      if (there == null) throw e;
      return there;
    }
  }

  /**
   * Gives a hidden object its labels back and changes nothing else of it: how that may be done is
   * decided by what is known of all, and the informer will report it. Empty when it had them, or
   * somebody else was faster.
   */
  private Optional<R> show(R wanted, R actual) {
    R shown = client.getKubernetesSerialization().clone(actual);
    shown
        .getMetadata()
        .setLabels(merge(actual.getMetadata().getLabels(), "", wanted.getMetadata().getLabels()));
    if (shown.getMetadata().getLabels().equals(actual.getMetadata().getLabels())) {
      return Optional.empty();
    }
    return write(shown);
  }

  /** Empty when somebody else was faster, whose change or deletion the informer will report. */
  private Optional<R> update(R wanted, R actual) {
    R merged = Overlay.of(wanted, actual);
    String[] given =
        annotation(actual, Labels.FROM_TEMPLATE).map(a -> a.split(";", -1)).orElse(new String[0]);
    merged
        .getMetadata()
        .setLabels(
            merge(
                actual.getMetadata().getLabels(),
                given.length == 2 ? given[0] : "",
                wanted.getMetadata().getLabels()));
    merged
        .getMetadata()
        .setAnnotations(
            merge(
                actual.getMetadata().getAnnotations(),
                (given.length == 2 ? given[1] + "," : "") + Labels.FROM_TEMPLATE,
                wanted.getMetadata().getAnnotations()));
    Optional<R> updated = write(merged);
    updated.ifPresent(now -> known.updated(ResourceID.fromResource(wanted), now, actual));
    return updated;
  }

  private Optional<R> write(R merged) {
    try {
      // Carries the resource version that the comparison was made with.
      return Optional.of(client.resource(merged).update());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) return Optional.empty();
      // Deleted since it was known.
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) return Optional.empty();
      throw e;
    }
  }

  /** Others' keys stay, those that were ours and are not wanted any more go. */
  private static Map<String, String> merge(
      Map<String, String> actual, String formerly, Map<String, String> wanted) {
    Map<String, String> merged = actual == null ? new HashMap<>() : new HashMap<>(actual);
    for (String key : formerly.split(",")) merged.remove(key);
    merged.putAll(wanted);
    return merged;
  }

  private static Trouble nameTaken(HasMetadata wanted, HasMetadata actual, Integer partition) {
    String whose =
        controller(actual)
            .map(
                c ->
                    "is controlled by " + c.getKind() + " " + c.getName() + " (" + c.getUid() + ")")
            .orElse("is not controlled by this ChatCluster");
    return new Trouble(
        Reason.NAME_TAKEN,
        partition,
        object(wanted),
        object(actual)
            + " exists already and "
            + whose
            + ": it is left as it is; delete or rename it, and it is replaced by this ChatCluster's");
  }

  private static Optional<OwnerReference> controller(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(o -> Boolean.TRUE.equals(o.getController()))
        .findFirst();
  }

  private static Optional<String> annotation(HasMetadata object, String key) {
    Map<String, String> all = object.getMetadata().getAnnotations();
    return Optional.ofNullable(all == null ? null : all.get(key));
  }

  private static String object(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }
}
