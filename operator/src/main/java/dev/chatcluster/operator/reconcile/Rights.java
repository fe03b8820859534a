package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.reconcile.Served.Look;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks whether a namespace can be looked after. */
record Rights(KubernetesClient client) {
  /** In place of a namespace. */
  static final String ALL = "";

  private static final Logger LOG = LoggerFactory.getLogger(Rights.class);

  private record Need(String verb, Class<? extends HasMetadata> type) {}

  private static final Need FIRST = new Need("list", ChatCluster.class);
  private static final List<Need> FURTHER =
      Stream.concat(
              Stream.of(new Need("watch", ChatCluster.class)),
              ChildSources.TYPES.stream()
                  .flatMap(type -> Stream.of(new Need("list", type), new Need("watch", type))))
          .toList();

  Listable<? extends KubernetesResourceList<ChatCluster>> chatClusters(String place) {
    var all = client.resources(ChatCluster.class);
    return place.equals(ALL) ? all.inAnyNamespace() : all.inNamespace(place);
  }

  /** Throws what the API server says against it. */
  void tryToList(String place) {
    chatClusters(place).list(new ListOptionsBuilder().withLimit(1L).build());
  }

  /**
   * Looks at a namespace; while all is well that reads nothing of it.
   *
   * @param watched whether all that is looked after there is being watched
   */
  Look look(String place, boolean watched) {
    // A watch that is open stays so without the right, until it is opened again minutes later.
    if (watched) return may(FIRST, place) ? new Look.Seen() : unseen(place, FIRST);
    try {
      tryToList(place);
    } catch (KubernetesClientException e) {
      return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
          ? unseen(place, FIRST)
          : new Look.Unknown();
    }
    return FURTHER.stream()
        .filter(need -> !may(need, place))
        .findFirst()
        .map(missing -> unseen(place, missing))
        .orElseGet(Look.Seen::new);
  }

  static Look unseen(String place, String why) {
    return new Look.Unseen("namespace " + place + " is not served: " + why);
  }

  private static Look unseen(String place, Need missing) {
    String cannot =
        "the operator cannot %s resource \"%s\" in API group \"%s\" in "
            .formatted(
                missing.verb,
                HasMetadata.getPlural(missing.type),
                HasMetadata.getGroup(missing.type));
    return place.equals(ALL)
        ? new Look.Unseen(
            cannot
                + "all namespaces: nothing is looked after until its service account has that right")
        : unseen(
            place,
            cannot
                + "the namespace \""
                + place
                + "\" (does it exist, and did helm upgrade give it its Role?);"
                + " it is served as soon as that is so");
  }

  /** What cannot be found out is tried. */
  private boolean may(Need need, String place) {
    SelfSubjectAccessReview review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb(need.verb)
            .withGroup(HasMetadata.getGroup(need.type))
            .withResource(HasMetadata.getPlural(need.type))
            .withNamespace(place)
            .endResourceAttributes()
            .endSpec()
            .build();
    try {
      var answer = client.authorization().v1().selfSubjectAccessReview().create(review).getStatus();
      return answer == null || !Boolean.FALSE.equals(answer.getAllowed());
    } catch (KubernetesClientException e) {
      LOG.debug("whether the operator may {} is not known", need, e);
      return true;
    }
  }
}
