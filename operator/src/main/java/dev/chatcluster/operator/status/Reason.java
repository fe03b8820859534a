package dev.chatcluster.operator.status;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Everything that can be wrong, in one word: the reason of a condition, a problem, an Event. */
public enum Reason {
  /** The spec asks for what cannot be. */
  INVALID_SPEC(Area.SPEC),

  /** No broker answers in time. */
  KAFKA_UNREACHABLE(Area.TOPIC),
  /** A Secret that the spec names is not there. */
  SECRET_NOT_FOUND(Area.TOPIC),
  /** A Secret lacks a key that the spec names. */
  SECRET_KEY_NOT_FOUND(Area.TOPIC),
  /** A key of a Secret does not hold what it must. */
  SECRET_INVALID(Area.TOPIC),
  /** The operator may not ask the URL for tokens. */
  TOKEN_ENDPOINT_NOT_ALLOWED(Area.TOPIC),
  /** Kafka does not accept the credentials, or the TLS connection fails. */
  AUTHENTICATION_FAILED(Area.TOPIC),
  /** An ACL is missing. */
  AUTHORIZATION_FAILED(Area.TOPIC),
  /** Kafka's client does not accept {@code spec.kafka.config}. */
  INVALID_KAFKA_CONFIG(Area.TOPIC),
  /** Kafka answered with an error that has no reason of its own here. */
  KAFKA_ERROR(Area.TOPIC),
  /** More replicas are asked for than there are brokers. */
  REPLICATION_FACTOR_TOO_HIGH(Area.TOPIC),
  /** Kafka does not accept {@code spec.topic.config}. */
  INVALID_TOPIC_CONFIG(Area.TOPIC),
  /** The brokers' own policy does not accept the topic. */
  POLICY_VIOLATION(Area.TOPIC),
  /** A topic of the log is not found, and perhaps only not yet by the broker that was asked. */
  TOPIC_NOT_FOUND(Area.TOPIC),
  /** The topic's cleanup.policy is not delete. */
  CLEANUP_POLICY_NOT_DELETE(Area.TOPIC),
  /** The topic, which is somebody else's to create, is not there. */
  TOPIC_MISSING(Area.TOPIC),
  /** The topic, which is somebody else's to grow, has fewer partitions than the spec asks for. */
  TOO_FEW_PARTITIONS(Area.TOPIC),
  /** The topic that would be adopted has more partitions than the spec asks for. */
  TOO_MANY_PARTITIONS(Area.TOPIC),
  /** The log was begun with another partitioning than the spec says. */
  PARTITIONING_DIFFERS(Area.TOPIC),
  /** Kafka has removed records that no router had passed. */
  STRAYS_EXPIRED(Area.TOPIC),
  /** Another ChatCluster has the topic. */
  TOPIC_TAKEN(Area.LOG),
  /** The topic is gone, and with it the log. */
  TOPIC_DELETED(Area.LOG),
  /** A topic of the same name took the place of the one that held the log. */
  TOPIC_RECREATED(Area.LOG),
  /** The control topic is gone, or holds no epoch any more. */
  CONTROL_TOPIC_LOST(Area.LOG),
  /** The control topic tells of another log than before. */
  LOG_REPLACED(Area.LOG),
  /** The brokers belong to another Kafka cluster than before. */
  KAFKA_CLUSTER_CHANGED(Area.LOG),

  /** A change of the partition count cannot go on. */
  RESCALE_BLOCKED(Area.RESCALE),

  /** An object of a child's name exists that is not ours. */
  NAME_TAKEN(Area.CHILD),
  /** The API server does not let the operator do what it must. */
  FORBIDDEN(Area.CHILD),
  /** The API server has no HTTPRoutes, though some are asked for. */
  GATEWAY_API_MISSING(Area.CHILD),
  /** The API server refused or failed. */
  API_ERROR(Area.CHILD),
  /** A defect of the operator. */
  INTERNAL_ERROR(Area.CHILD),

  /** No pod of the partition is ready, though one was. */
  PARTITION_DOWN(Area.POD),
  /** The pod's process ends again and again. */
  CRASH_LOOP_BACK_OFF(Area.POD),
  /** The pod's image cannot be had. */
  IMAGE_PULL_BACK_OFF(Area.POD),
  /** The pod's container cannot be made. */
  CONTAINER_CANNOT_START(Area.POD),
  /** Kubernetes does not make the pods, for example through a quota. */
  PODS_NOT_CREATED(Area.POD),
  /** No node takes the pod. */
  UNSCHEDULABLE(Area.POD),
  /** A Deployment has not come up within its deadline. */
  PROGRESS_DEADLINE_EXCEEDED(Area.POD);

  /** What a reason is about, in the order in which one stands for the whole. */
  public enum Area {
    SPEC,
    /** The log is not what it was: children are left as they are. */
    LOG,
    /** Kafka or the topic; what runs is kept running. */
    TOPIC,
    /** The change of the partition count; it is tried again by itself all the time. */
    RESCALE,
    CHILD,
    POD
  }

  private final Area area;
  private final String text;

  Reason(Area area) {
    this.area = area;
    this.text =
        Arrays.stream(name().split("_"))
            .map(word -> word.charAt(0) + word.substring(1).toLowerCase())
            .collect(Collectors.joining());
  }

  /** What it is about. */
  public Area area() {
    return area;
  }

  /** Whether the operator tries again by itself before the next resync. */
  public boolean retried() {
    return switch (area) {
      case LOG, TOPIC, CHILD -> true;
      case SPEC, RESCALE, POD -> false;
    };
  }

  /** As it stands in the API, CamelCase. */
  @Override
  public String toString() {
    return text;
  }
}
