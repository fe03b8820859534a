package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ListenerSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;

/** The certificate that the pods show their clients, from a Secret whose changes they see. */
final class ClientTls {
  private static final String FOLDER = "/etc/chat/client-tls";
  private static final String VOLUME = "client-tls";

  private ClientTls() {}

  /** Puts it into the pods when it is asked for. */
  static void add(ChatCluster cluster, PodTemplateSpec template) {
    ListenerSpec.Tls asked = cluster.getSpec().listener().tls();
    if (asked == null) return;
    template
        .getSpec()
        .getVolumes()
        .add(
            new VolumeBuilder()
                .withName(VOLUME)
                .withNewSecret()
                .withSecretName(asked.secretName())
                .endSecret()
                .build());
    var container = template.getSpec().getContainers().getFirst();
    container
        .getVolumeMounts()
        .add(
            new VolumeMountBuilder()
                .withName(VOLUME)
                .withMountPath(FOLDER)
                .withReadOnly(true)
                .build());
    container.getEnv().add(variable("CHAT_TLS_CERTIFICATE", FOLDER + "/tls.crt"));
    container.getEnv().add(variable("CHAT_TLS_KEY", FOLDER + "/tls.key"));
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
