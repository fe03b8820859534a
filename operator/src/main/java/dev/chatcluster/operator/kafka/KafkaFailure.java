package dev.chatcluster.operator.kafka;

import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import java.security.cert.CertPathBuilderException;
import java.util.concurrent.ExecutionException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** Kafka did not do what it was asked, or the topic is not what it must be. */
public final class KafkaFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Trouble trouble;

  /** A failure of that reason. */
  public KafkaFailure(Reason reason, String object, String message) {
    this(reason, object, message, null);
  }

  /** A failure that is that trouble. */
  KafkaFailure(Trouble trouble) {
    super(trouble.message());
    this.trouble = trouble;
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
      case SslAuthenticationException ssl ->
          new KafkaFailure(
              Reason.AUTHENTICATION_FAILED,
              "Kafka/" + brokers,
              "there is no TLS connection to Kafka at " + brokers + ": " + handshake(ssl),
              e);
      case AuthenticationException _ ->
          new KafkaFailure(
              Reason.AUTHENTICATION_FAILED,
              "Kafka/" + brokers,
              "Kafka at "
                  + brokers
                  + " does not accept the credentials in spec.kafka: "
                  + said
                  + remedy(said),
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
      // Without the issuer's words, which may tell of the request, differently each time.
      case KafkaException k when isLogin(k) ->
          new KafkaFailure(
              Reason.AUTHENTICATION_FAILED,
              "Kafka/" + brokers,
              "there is no token for Kafka at "
                  + brokers
                  + ": what spec.kafka.authentication.tokenEndpointUri leads to does not answer, or"
                  + " gives none for this clientId, secret and scope; check these",
              k);
      case KafkaException k when k.getCause() instanceof ConfigException c ->
          of(c, operation, object, brokers);
      case ConfigException c ->
          new KafkaFailure(
              Reason.INVALID_KAFKA_CONFIG,
              "Kafka/" + brokers,
              "Kafka's client does not accept spec.kafka: " + said,
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

  /** A listener that takes other mechanisms, or none at all, has not looked at the user yet. */
  private static String remedy(String said) {
    if (said.contains("enabled mechanisms are []")) {
      return "; that listener takes no SASL: name another one in spec.kafka.bootstrapServers, or"
          + " remove spec.kafka.authentication";
    }
    if (said.contains("enabled mechanisms are")) {
      return "; choose spec.kafka.authentication.type by these, or name another listener in"
          + " spec.kafka.bootstrapServers";
    }
    return "; correct the user, its password or certificate, here or in Kafka";
  }

  private static boolean isLogin(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoginException) return true;
    }
    return false;
  }

  private static String handshake(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
      if (cause instanceof CertPathBuilderException) {
        return "its certificate is not signed by an authority that is trusted; put the authority's"
            + " certificate into a Secret that spec.kafka.tls.trustedCertificates names";
      }
    }
    String said = String.valueOf(cause.getMessage());
    return said
        + (said.contains("subject alternative") || said.contains("matching")
            ? "; reach it by a name that is in its certificate, spec.kafka.bootstrapServers and the"
                + " brokers' advertised.listeners say by which"
            : "; check spec.kafka.tls, and with authentication of type tls whether the brokers trust"
                + " our certificate");
  }

  private static KafkaFailure unreachable(String brokers, Throwable cause) {
    return new KafkaFailure(
        Reason.KAFKA_UNREACHABLE,
        "Kafka/" + brokers,
        "Kafka at "
            + brokers
            + " does not answer: check spec.kafka.bootstrapServers, the network, and whether the"
            + " brokers run and take such connections",
        cause);
  }
}
