package dev.chatcluster.operator.kafka;

import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;

/** Kafka did not do what it was asked, or the topic is not what it must be. */
public final class KafkaFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Trouble trouble;

  /** A failure of that reason. */
  public KafkaFailure(Reason reason, String object, String message) {
    this(reason, object, message, null);
  }

  private KafkaFailure(Reason reason, String object, String message, Throwable cause) {
    super(message, cause);
    this.trouble = Trouble.of(reason, object, message);
  }

  /** The same for a report. */
  public Trouble trouble() {
    return trouble;
  }

  /**
   * The failure of a request.
   *
   * @param operation as Kafka's ACLs call it, for example {@code Describe}
   * @param object it was asked for, for example {@code Topic/studyhub}
   * @param brokers as the spec has them
   */
  static KafkaFailure of(Throwable thrown, String operation, String object, String brokers) {
    Throwable e = thrown instanceof ExecutionException ? thrown.getCause() : thrown;
    String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return switch (e) {
      case AuthenticationException _ ->
          new KafkaFailure(
              Reason.AUTHENTICATION_FAILED,
              "Kafka/" + brokers,
              "Kafka at "
                  + brokers
                  + " does not accept the credentials or the TLS settings in spec.kafka.config: "
                  + said,
              e);
      case AuthorizationException _ ->
          new KafkaFailure(
              Reason.AUTHORIZATION_FAILED,
              object,
              "Kafka does not allow "
                  + operation
                  + " on "
                  + object.replace("/", " ")
                  + ": add an ACL that allows it to the operator's user",
              e);
      case InvalidReplicationFactorException _ ->
          new KafkaFailure(
              Reason.REPLICATION_FACTOR_TOO_HIGH,
              object,
              "Kafka cannot create "
                  + object.replace("/", " ")
                  + ": "
                  + said
                  + "; lower spec.topic.replicas or add brokers",
              e);
      case InvalidConfigurationException _ ->
          new KafkaFailure(
              Reason.INVALID_TOPIC_CONFIG,
              object,
              "Kafka does not accept spec.topic.config for "
                  + object.replace("/", " ")
                  + ": "
                  + said,
              e);
      case PolicyViolationException _ ->
          new KafkaFailure(
              Reason.POLICY_VIOLATION,
              object,
              "a policy of the Kafka brokers refuses " + object.replace("/", " ") + ": " + said,
              e);
      // First a broker that cannot be found: the client calls that a configuration error.
      case ConfigException c when said.contains("bootstrap") -> unreachable(brokers, c);
      case KafkaException k when k.getCause() instanceof ConfigException c ->
          of(c, operation, object, brokers);
      case ConfigException c ->
          new KafkaFailure(
              Reason.INVALID_KAFKA_CONFIG,
              "Kafka/" + brokers,
              "Kafka's client does not accept spec.kafka.config: " + said,
              c);
      // Without Kafka's own words, which tell of times and attempts, differently each time.
      case RetriableException r -> unreachable(brokers, r);
      case java.util.concurrent.TimeoutException t -> unreachable(brokers, t);
      default ->
          new KafkaFailure(
              Reason.KAFKA_ERROR,
              object,
              "Kafka did not do "
                  + operation
                  + " on "
                  + object.replace("/", " ")
                  + ": "
                  + e.getClass().getSimpleName()
                  + ": "
                  + said,
              e);
    };
  }

  private static KafkaFailure unreachable(String brokers, Throwable cause) {
    return new KafkaFailure(
        Reason.KAFKA_UNREACHABLE,
        "Kafka/" + brokers,
        "Kafka at "
            + brokers
            + " does not answer: check spec.kafka.bootstrapServers, the network, and whether the"
            + " brokers run and take such connections; what runs goes on, and this is tried again",
        cause);
  }
}
