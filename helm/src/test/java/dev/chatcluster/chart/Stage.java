package dev.chatcluster.chart;

import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.kafka.EmbeddedKafka;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A real API server and a real broker, and who may do everything there. No controllers run. */
final class Stage implements AutoCloseable {
  final KubernetesClient admin;
  final String brokers;
  final Path folder;
  private final RealApiServer server;
  private final EmbeddedKafka kafka;

  private Stage(Path folder, RealApiServer server, EmbeddedKafka kafka) {
    this.folder = folder;
    this.server = server;
    this.kafka = kafka;
    admin = server.client();
    brokers = kafka.bootstrapServers();
  }

  /** With the chart's CRD, and with further flags of kube-apiserver. */
  static Stage open(Path folder, String... flags) throws IOException {
    RealApiServer server = RealApiServer.start(flags);
    try {
      Stage stage =
          new Stage(
              folder, server, EmbeddedKafka.start(Files.createDirectory(folder.resolve("kafka"))));
      stage.define();
      return stage;
    } catch (IOException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private void define() throws IOException {
    var definition =
        Serialization.unmarshal(Files.readString(Chart.DEFINITION), CustomResourceDefinition.class);
    create(definition);
    server.awaitServed(definition);
    create(RealApiServer.httpRoutes());
    server.awaitServed(RealApiServer.httpRoutes());
  }

  /** A namespace with the strictest of the Pod Security levels. */
  void namespace(String name) {
    create(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
            .endMetadata()
            .build());
  }

  /** Held to its schema to the letter. */
  void create(HasMetadata object) {
    admin.resource(object).fieldValidation(Validation.STRICT).create();
  }

  /** A client with what a service account may do, and nothing else. */
  KubernetesClient as(String namespace, String serviceAccount) {
    var token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(serviceAccount)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build());
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl().toString())
            .withCaCertData(admin.getConfiguration().getCaCertData())
            .withCaCertFile(admin.getConfiguration().getCaCertFile())
            .withOauthToken(token.getStatus().getToken())
            .withRequestRetryBackoffLimit(1)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** From now on each Deployment has the pods that it asks for, and they are ready. */
  void playPods() {
    admin
        .apps()
        .deployments()
        .inAnyNamespace()
        .withLabel("chatcluster.dev/partition")
        .inform(
            new ResourceEventHandler<Deployment>() {
              @Override
              public void onAdd(Deployment deployment) {
                podsCome(deployment);
              }

              @Override
              public void onUpdate(Deployment before, Deployment deployment) {
                podsCome(deployment);
              }

              @Override
              public void onDelete(Deployment deployment, boolean stateUnknown) {
                // Its pods go with it.
              }
            });
  }

  private void podsCome(Deployment deployment) {
    var status = deployment.getStatus();
    if (status != null
        && Objects.equals(status.getObservedGeneration(), deployment.getMetadata().getGeneration()))
      return;
    try {
      becomeReady(deployment);
    } catch (KubernetesClientException e) {
      // Somebody was faster: that change comes here too.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
          && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) throw e;
    }
  }

  /** What the Deployment controller writes once all pods are new and ready. */
  void becomeReady(Deployment deployment) {
    int replicas = deployment.getSpec().getReplicas();
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withReadyReplicas(replicas)
            .withAvailableReplicas(replicas)
            .build());
    admin.resource(deployment).updateStatus();
  }

  @Override
  public void close() {
    kafka.close();
    server.close();
  }
}
