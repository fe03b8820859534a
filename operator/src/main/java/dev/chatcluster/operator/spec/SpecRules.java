package dev.chatcluster.operator.spec;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ConsumerSpec;
import dev.chatcluster.api.v1.ListenerSpec;
import dev.chatcluster.api.v1.RoomsSpec;
import dev.chatcluster.api.v1.TemplateSpec;
import dev.chatcluster.api.v1.TopicSpec;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.desired.PodTemplates;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of the resource that its CRD has too, and those that only the operator can check. */
public final class SpecRules {
  private static final String CONTROL_SUFFIX = Names.controlTopic("");
  private static final Set<String> OWN_LABELS =
      Set.of(
          "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by");

  private static final String HOST =
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

  private final List<String> problems = new ArrayList<>();

  private SpecRules() {}

  /**
   * Everything that is wrong with {@code cluster}, a sentence each; empty when it is valid.
   *
   * @param servedSource the {@code rooms.source} that its pods run with now, as they read it
   */
  public static List<String> problems(ChatCluster cluster, Optional<String> servedSource) {
    SpecRules rules = new SpecRules();
    rules.name(cluster.getMetadata().getName());
    ChatClusterSpec spec = cluster.getSpec();
    if (spec == null) {
      rules.problems.add("spec is missing: give at least partitions and kafka.bootstrapServers");
      return rules.problems;
    }
    rules.range("spec.partitions", spec.partitions(), 1, 1000);
    if (spec.kafka() == null) {
      rules.problems.add("spec.kafka is missing: give bootstrapServers, for example kafka:9092");
    } else {
      rules.problems.addAll(KafkaRules.problems(spec.kafka()));
    }
    rules.topic(spec.topic());
    rules.rooms(spec.rooms());
    rules.producerRefresh(spec.rescale().producerRefresh());
    rules.consumer(spec.consumer());
    rules.template(spec.template());
    rules.listener(spec.listener());
    rules.immutable(cluster, servedSource);
    return rules.problems;
  }

  private void name(String name) {
    if (name.matches("[a-z]([-a-z0-9]*[a-z0-9])?") && name.length() <= 40) return;
    problems.add(
        "metadata.name is "
            + name
            + ": begin with a letter, use lower-case letters, digits and '-', end with a letter or"
            + " digit, at most 40 characters");
  }

  private void topic(TopicSpec topic) {
    String name = topic.name();
    if (name != null
        && (!name.matches("[A-Za-z0-9._-]{1,240}") || name.equals(".") || name.equals(".."))) {
      problems.add(
          "spec.topic.name is "
              + name
              + ": use letters, digits, '.', '_' and '-', at most 240 characters");
    } else if (name != null && name.endsWith(CONTROL_SUFFIX)) {
      problems.add(
          "spec.topic.name is "
              + name
              + ": names that end in "
              + CONTROL_SUFFIX
              + " are control topics of others");
    }
    if (topic.replicas() != null) range("spec.topic.replicas", topic.replicas(), 1, 100);
    String cleanup = topic.config().getOrDefault("cleanup.policy", "delete");
    if (!cleanup.equals("delete")) {
      problems.add(
          "spec.topic.config cleanup.policy is " + cleanup + ": only delete keeps a room's order");
    }
    oneOf("spec.topic.management", topic.management(), "Managed", "External");
    if (topic.external() && "Delete".equals(topic.deletionPolicy())) {
      problems.add(
          "spec.topic.deletionPolicy is Delete, which does not go with management External: only"
              + " topics of the operator's own are deleted; set it to Retain");
    }
    oneOf("spec.topic.deletionPolicy", topic.deletionPolicy(), "Retain", "Delete");
  }

  private void rooms(RoomsSpec rooms) {
    RoomsSpec.Source source = rooms.source();
    oneOf("spec.rooms.source.type", source.type(), "Key", "Header", "Json");
    onlyWith("Header", "spec.rooms.source.name", source.name(), source);
    onlyWith("Json", "spec.rooms.source.pointer", source.pointer(), source);
    if (problems.stream().noneMatch(p -> p.startsWith("spec.rooms.source"))) {
      try {
        RoomSource.parse(ChildNames.roomsSource(source));
      } catch (IllegalArgumentException e) {
        problems.add("spec.rooms.source: " + e.getMessage());
      }
    }
    oneOf(
        "spec.rooms.partitioning",
        rooms.partitioning(),
        Arrays.stream(Partitioning.values()).map(Partitioning::apiName).toArray(String[]::new));
    range("spec.rooms.history.messages", rooms.history().messages(), 0, 10000);
    bytes("spec.rooms.history.bytes", rooms.history().bytes(), "0", "64Mi");
  }

  private void producerRefresh(String given) {
    if (given == null) return;
    try {
      Duration refresh = Duration.parse("PT" + given);
      if (!refresh.isNegative() && refresh.compareTo(Duration.ofDays(1)) <= 0) return;
    } catch (DateTimeParseException notADuration) {
      // Said below, with what is allowed.
    }
    problems.add(
        "spec.rescale.producerRefresh is "
            + given
            + ": it must be hours, minutes and seconds, for example 5m30s, at most 24h");
  }

  private void onlyWith(String type, String field, String value, RoomsSpec.Source source) {
    boolean wanted = type.equals(source.type());
    if (wanted && value == null) {
      problems.add(field + " is missing: spec.rooms.source.type " + type + " needs it");
    }
    if (!wanted && value != null) {
      problems.add(field + " is " + value + ": it goes only with spec.rooms.source.type " + type);
    }
  }

  private void consumer(ConsumerSpec consumer) {
    range("spec.consumer.replicasPerPartition", consumer.replicasPerPartition(), 1, 5);
    range("spec.consumer.drainSeconds", consumer.drainSeconds(), 0, 3600);
    if (consumer.image() != null && !consumer.image().matches("\\S{1,512}")) {
      problems.add(
          "spec.consumer.image is \"" + consumer.image() + "\": name an image, without spaces");
    }
    if (consumer.imagePullPolicy() != null) {
      oneOf(
          "spec.consumer.imagePullPolicy",
          consumer.imagePullPolicy(),
          "Always",
          "IfNotPresent",
          "Never");
    }
    IntOrString most = consumer.rollout().maxUnavailable();
    String mostText = most.getIntVal() == null ? most.getStrVal() : most.getIntVal().toString();
    if (!("" + mostText).matches("[1-9][0-9]{0,2}|([1-9][0-9]?|100)%")) {
      problems.add(
          "spec.consumer.rollout.maxUnavailable is "
              + mostText
              + ": it must be a number from 1 to 999, or a percentage from 1% to 100%");
    }
    PodTemplates.problem(consumer.podTemplate()).ifPresent(problems::add);
    ConsumerSpec.Logging logging = consumer.logging();
    oneOf("spec.consumer.logging.level", logging.level(), "ERROR", "WARN", "INFO", "DEBUG");
    oneOf("spec.consumer.logging.format", logging.format(), "Text", "Json");
  }

  private void template(TemplateSpec template) {
    reserved("spec.template.labels", template.labels());
    reserved("spec.template.annotations", template.annotations());
    template
        .labels()
        .forEach(
            (key, value) -> {
              if (!value.matches("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")) {
                problems.add(
                    "spec.template.labels "
                        + key
                        + " is "
                        + value
                        + ": a label's value has at most 63 letters, digits, '-', '_' and '.'");
              }
            });
  }

  private void reserved(String field, Map<String, String> given) {
    given.keySet().stream()
        .filter(key -> key.startsWith("chatcluster.dev/") || OWN_LABELS.contains(key))
        .forEach(key -> problems.add(field + " has " + key + ": the operator sets it itself"));
  }

  private void listener(ListenerSpec listener) {
    if (listener.allowedOrigins().isEmpty()) {
      problems.add("spec.listener.allowedOrigins is empty: name origins, or * for all");
    }
    listener.allowedOrigins().stream()
        .filter(origin -> !origin.matches("\\*|[a-z][a-z0-9+.-]*://[^/?#,\\s]+"))
        .forEach(
            origin ->
                problems.add(
                    "spec.listener.allowedOrigins has "
                        + origin
                        + ": use scheme://host[:port], as browsers send it, or *"));
    oneOf(
        "spec.listener.service.type",
        listener.service().type(),
        "ClusterIP",
        "NodePort",
        "LoadBalancer");
    reserved("spec.listener.service.annotations", listener.service().annotations());
    if (listener.service().loadBalancerClass() != null
        && !listener.service().type().equals("LoadBalancer")) {
      problems.add(
          "spec.listener.service.loadBalancerClass is "
              + listener.service().loadBalancerClass()
              + ": it goes only with spec.listener.service.type LoadBalancer");
    }
    if (listener.ingress() != null) ingress(listener.ingress());
    if (listener.httpRoute() != null) httpRoute(listener.httpRoute());
    if (listener.ingress() != null && listener.httpRoute() != null) {
      problems.add(
          "spec.listener.ingress and spec.listener.httpRoute are both given: choose one of them");
    }
    matches(
        "spec.listener.advertisedUrl",
        listener.advertisedUrl(),
        "(?!.*/ws$)wss?://[^/?#\\s]+(/[A-Za-z0-9._~-]+)*",
        "use ws://host or wss://host, a port and a path where needed, without /ws or / at the end");
    if (listener.tls() != null) {
      given("spec.listener.tls.secretName", listener.tls().secretName());
    }
    bytes("spec.listener.limits.messageBytes", listener.limits().messageBytes(), "1Ki", "64Mi");
    bytes(
        "spec.listener.limits.slowClientBytes", listener.limits().slowClientBytes(), "64Ki", "1Gi");
  }

  private void ingress(ListenerSpec.Ingress ingress) {
    given("spec.listener.ingress.host", ingress.host());
    matches("spec.listener.ingress.host", ingress.host(), HOST, "name a host, without scheme");
    path("spec.listener.ingress.path", ingress.path());
    reserved("spec.listener.ingress.annotations", ingress.annotations());
  }

  private void httpRoute(ListenerSpec.HttpRoute route) {
    if (route.parentRefs().isEmpty()) {
      problems.add("spec.listener.httpRoute.parentRefs is empty: name at least one Gateway");
    }
    route.parentRefs().forEach(p -> given("spec.listener.httpRoute.parentRefs.name", p.name()));
    route
        .hostnames()
        .forEach(
            host ->
                matches(
                    "spec.listener.httpRoute.hostnames",
                    host,
                    "(\\*\\.)?" + HOST,
                    "name hosts, without scheme"));
    path("spec.listener.httpRoute.path", route.path());
  }

  private void path(String field, String path) {
    matches(
        field,
        path,
        "/([A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*)?",
        "begin with /, and end without one");
  }

  private void given(String field, String value) {
    if (value == null || value.isEmpty()) problems.add(field + " is missing");
  }

  private void matches(String field, String value, String pattern, String wanted) {
    if (value == null || value.matches(pattern)) return;
    problems.add(field + " is " + value + ": " + wanted);
  }

  /** What an API server with the CRD's rules would have refused to change. */
  private void immutable(ChatCluster cluster, Optional<String> servedSource) {
    ChatClusterStatus status = cluster.getStatus();
    if (status != null && status.topic() != null) {
      String topic = ChildNames.topic(cluster);
      String before = status.topic().name();
      if (!topic.equals(before)) {
        problems.add(
            "spec.topic.name is now "
                + topic
                + ", but the messages lie in "
                + before
                + ": it cannot be changed, put it back");
      }
    }
    String source = ChildNames.roomsSource(cluster.getSpec().rooms().source());
    servedSource
        .filter(served -> !served.equals(source))
        .ifPresent(
            served ->
                problems.add(
                    "spec.rooms.source is now "
                        + source
                        + ", but the rooms are served with "
                        + served
                        + ": it cannot be changed, put it back"));
  }

  private void range(String field, Integer value, int least, int most) {
    if (value == null) {
      problems.add(field + " is missing: give a number from " + least + " to " + most);
    } else if (value < least || value > most) {
      problems.add(field + " is " + value + ": it must be from " + least + " to " + most);
    }
  }

  private void oneOf(String field, String value, String... allowed) {
    if (Arrays.asList(allowed).contains(value)) return;
    problems.add(
        field
            + " is "
            + value
            + ": it must be "
            + Arrays.stream(allowed).collect(Collectors.joining(" or ")));
  }

  private void bytes(String field, Quantity value, String least, String most) {
    try {
      long number = value.getNumericalAmount().longValueExact();
      if (number >= Quantity.parse(least).getNumericalAmount().longValueExact()
          && number <= Quantity.parse(most).getNumericalAmount().longValueExact()) {
        return;
      }
    } catch (ArithmeticException | IllegalArgumentException notWholeBytes) {
      // Said below, with what is allowed.
    }
    problems.add(
        field + " is " + value + ": it must be whole bytes, from " + least + " to " + most);
  }
}
