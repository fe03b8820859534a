package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ConsumerSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pods of one partition. */
final class PartitionDeployment {
  /** What a pod may need, beyond its drain, to end by itself. */
  private static final int GRACE_AFTER_DRAIN_SECONDS = 15;

  private PartitionDeployment() {}

  static Deployment of(
      ChatCluster cluster, int partition, String defaultImage, Optional<String> secretsHash) {
    ChatClusterSpec spec = cluster.getSpec();
    Map<String, String> selector = Labels.selector(cluster, partition);
    String source = ChildNames.roomsSource(spec.rooms().source());
    return SpecHash.stamp(
        new DeploymentBuilder()
            .withMetadata(
                Children.metadata(
                    cluster,
                    ChildNames.partition(cluster, partition),
                    selector,
                    Map.of(Labels.ROOMS_SOURCE, source)))
            .withNewSpec()
            .withReplicas(spec.consumer().replicasPerPartition())
            .withRevisionHistoryLimit(2)
            .withNewSelector()
            .withMatchLabels(selector)
            .endSelector()
            // The old pod serves the partition until the new one is ready.
            .withNewStrategy()
            .withType("RollingUpdate")
            .withNewRollingUpdate()
            .withMaxSurge(new IntOrString(1))
            .withMaxUnavailable(new IntOrString(0))
            .endRollingUpdate()
            .endStrategy()
            .withTemplate(template(cluster, partition, defaultImage, secretsHash))
            .endSpec()
            .build());
  }

  private static PodTemplateSpec template(
      ChatCluster cluster, int partition, String defaultImage, Optional<String> secretsHash) {
    PodTemplateSpec template =
        PodTemplates.laid(
            own(cluster, partition, defaultImage, secretsHash),
            cluster.getSpec().consumer().podTemplate());
    template.getMetadata().getAnnotations().put(Labels.TEMPLATE_HASH, SpecHash.of(template));
    return template;
  }

  /** The pods without what a user adds to them. */
  static PodTemplateSpec own(
      ChatCluster cluster, int partition, String defaultImage, Optional<String> secretsHash) {
    Map<String, String> selector = Labels.selector(cluster, partition);
    ConsumerSpec consumer = cluster.getSpec().consumer();
    Map<String, String> annotations = new TreeMap<>(cluster.getSpec().template().annotations());
    if (consumer.restartNonce() != 0) {
      annotations.put(Labels.RESTART_NONCE, consumer.restartNonce().toString());
    }
    secretsHash.ifPresent(hash -> annotations.put(Labels.SECRETS_HASH, hash));
    PodTemplateSpec template =
        new PodTemplateSpecBuilder()
            .withNewMetadata()
            .withLabels(Labels.of(cluster, selector))
            .withAnnotations(annotations)
            .endMetadata()
            .withNewSpec()
            // Otherwise a Service called chat-… would put variables into the pod's environment.
            .withEnableServiceLinks(false)
            .withAutomountServiceAccountToken(false)
            .withTerminationGracePeriodSeconds(
                (long) consumer.drainSeconds() + GRACE_AFTER_DRAIN_SECONDS)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .withContainers(container(cluster, partition, defaultImage))
            .addNewVolume()
            .withName("tmp")
            .withNewEmptyDir()
            .withSizeLimit(Quantity.parse("64Mi"))
            .endEmptyDir()
            .endVolume()
            .addAllToVolumes(PodSecrets.of(cluster.getSpec().kafka()).volumes())
            .endSpec()
            .build();
    ClientTls.add(cluster, template);
    return template;
  }

  private static Container container(ChatCluster cluster, int partition, String defaultImage) {
    ConsumerSpec consumer = cluster.getSpec().consumer();
    return new ContainerBuilder()
        .withName("consumer")
        .withImage(consumer.image() == null ? defaultImage : consumer.image())
        .withImagePullPolicy(consumer.imagePullPolicy())
        .withEnv(PodEnvironment.of(cluster, partition))
        .addNewPort()
        .withName("client")
        .withContainerPort(ChildNames.CLIENT_PORT)
        .withProtocol("TCP")
        .endPort()
        .addNewPort()
        .withName("management")
        .withContainerPort(ChildNames.MANAGEMENT_PORT)
        .withProtocol("TCP")
        .endPort()
        .withResources(resources(consumer.resources()))
        // Ready may take its time, with a long log or while Kafka is away: no reason to begin anew.
        .withStartupProbe(probe("/health/live", 1, 300))
        .withReadinessProbe(probe("/health/ready", 2, 4))
        .withLivenessProbe(probe("/health/live", 10, 3))
        // The last lines of the log say in the status why a pod ended.
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .addAllToVolumeMounts(PodSecrets.of(cluster.getSpec().kafka()).mounts())
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  private static Probe probe(String path, int periodSeconds, int failureThreshold) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort("management")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(5)
        .withFailureThreshold(failureThreshold)
        .build();
  }

  private static ResourceRequirements resources(ConsumerSpec.Resources asked) {
    if (asked == null) {
      return new ResourceRequirementsBuilder()
          .withRequests(
              new TreeMap<>(
                  Map.of("cpu", Quantity.parse("100m"), "memory", Quantity.parse("192Mi"))))
          .withLimits(Map.of("memory", Quantity.parse("256Mi")))
          .build();
    }
    return new ResourceRequirementsBuilder()
        .withRequests(new TreeMap<>(asked.requests()))
        .withLimits(new TreeMap<>(asked.limits()))
        .build();
  }
}
