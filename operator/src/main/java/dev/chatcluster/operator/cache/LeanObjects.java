package dev.chatcluster.operator.cache;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Reads objects without what nobody here looks at, since it is the greater part of thousands of
 * them: who manages which field, how a pod was asked for, which stands in its Deployment, since
 * when it is so and where it is. An API server takes an update without managed fields as one that
 * leaves them alone. What is equal in them is there once.
 */
public final class LeanObjects {
  private LeanObjects() {}

  /** For the client of an operator that never writes a pod. */
  public static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
    mapper.addMixIn(Pod.class, WithoutItsSpec.class);
    mapper.addMixIn(PodStatus.class, HowAPodIs.class);
    mapper.addMixIn(ContainerStatus.class, HowAContainerIs.class);
    mapper.addMixIn(ContainerStateRunning.class, ThatItRuns.class);
    mapper.addMixIn(PodCondition.class, WhatAConditionSays.class);
    mapper.addMixIn(DeploymentCondition.class, WhatAConditionSays.class);
    mapper.registerModule(new SharedParts());
    return new KubernetesSerialization(mapper, true);
  }

  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  @JsonIncludeProperties({"phase", "conditions", "initContainerStatuses", "containerStatuses"})
  private interface HowAPodIs {}

  @JsonIncludeProperties({"name", "image", "ready", "restartCount", "state", "lastState"})
  private interface HowAContainerIs {}

  @JsonIncludeProperties({"type", "status", "reason", "message"})
  private interface WhatAConditionSays {}

  @JsonIgnoreProperties("startedAt")
  private interface ThatItRuns {}

  private interface WithoutItsSpec {
    @JsonDeserialize(using = GracePeriodAlone.class)
    void setSpec(PodSpec spec);
  }

  static final class GracePeriodAlone extends JsonDeserializer<PodSpec> {
    private final Map<PodSpec, PodSpec> known = new ConcurrentHashMap<>();

    @Override
    public PodSpec deserialize(JsonParser json, DeserializationContext context) throws IOException {
      PodSpec spec = new PodSpec();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean kept = json.currentName().equals("terminationGracePeriodSeconds");
        json.nextToken();
        if (kept) spec.setTerminationGracePeriodSeconds(json.getLongValue());
        else json.skipChildren();
      }
      return known.computeIfAbsent(spec, Function.identity());
    }
  }
}
