package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.KafkaAuthentication;
import dev.chatcluster.api.v1.KafkaSpec;
import dev.chatcluster.api.v1.KafkaTls;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a pod comes to TLS and credentials: Secrets are mounted as files, of each only the keys that
 * the spec names, and the environment says where they are. What they hold stands nowhere else.
 *
 * @param env that says so
 */
record PodSecrets(List<EnvVar> env, List<Volume> volumes, List<VolumeMount> mounts) {
  private static final String FOLDER = "/etc/chat-consumer/kafka/";

  static PodSecrets of(KafkaSpec kafka) {
    PodSecrets pod = new PodSecrets(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (kafka.tls() != null) pod.tls(kafka.tls());
    if (kafka.authentication() != null) pod.authentication(kafka.authentication());
    return pod;
  }

  private void tls(KafkaTls tls) {
    List<String> files = new ArrayList<>();
    for (KafkaTls.TrustedCertificate each : tls.trustedCertificates()) {
      String name = "kafka-trusted-" + files.size();
      // Which keys a glob matches the pod sees itself, when it starts.
      files.add(
          each.pattern() == null
              ? mount(name, each.secretName(), each.certificate()) + each.certificate()
              : mount(name, each.secretName()) + each.pattern());
    }
    say("TLS", "true");
    if (!files.isEmpty()) say("TRUSTED_CERTIFICATES", String.join(",", files));
  }

  private void authentication(KafkaAuthentication who) {
    say("AUTHENTICATION", who.type());
    if (who.passwordSecret() != null) {
      KafkaAuthentication.PasswordSecret in = who.passwordSecret();
      say("USERNAME", who.username());
      String folder = mount("kafka-password", in.secretName(), in.password());
      say("PASSWORD_FILE", folder + in.password());
    }
    if (who.certificateAndKey() != null) {
      KafkaAuthentication.CertificateAndKey in = who.certificateAndKey();
      String folder = mount("kafka-certificate", in.secretName(), in.certificate(), in.key());
      say("CERTIFICATE_FILE", folder + in.certificate());
      say("KEY_FILE", folder + in.key());
    }
    if (who.clientSecret() != null) {
      KafkaAuthentication.SecretKey in = who.clientSecret();
      say("TOKEN_ENDPOINT", who.tokenEndpointUri());
      say("CLIENT_ID", who.clientId());
      String folder = mount("kafka-client-secret", in.secretName(), in.key());
      say("CLIENT_SECRET_FILE", folder + in.key());
      if (who.scope() != null) say("SCOPE", who.scope());
    }
  }

  private void say(String variable, String value) {
    env.add(
        new EnvVarBuilder()
            .withName("CHAT_KAFKA_" + variable)
            .withValue(PodEnvironment.literal(value))
            .build());
  }

  /** Mounts these keys of a Secret, or all of it, and returns the folder. */
  private String mount(String name, String secret, String... keys) {
    String folder = FOLDER + name.substring("kafka-".length());
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewSecret()
            .withSecretName(secret)
            .withItems(
                Arrays.stream(keys).distinct().map(key -> new KeyToPath(key, null, key)).toList())
            .endSecret()
            .build());
    mounts.add(
        new VolumeMountBuilder().withName(name).withMountPath(folder).withReadOnly(true).build());
    return folder + "/";
  }
}
