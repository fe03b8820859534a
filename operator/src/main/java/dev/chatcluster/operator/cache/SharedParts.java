package dev.chatcluster.operator.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Lets objects that are read have in common what is equal in them: the children of a ChatCluster
 * consist of little else. Nobody may change a part that was read.
 */
final class SharedParts extends SimpleModule {
  private static final long serialVersionUID = 1;

  /** Parts that differ from partition to partition would only have the pool's cost. */
  private static final Set<Class<?>> TYPES =
      Set.of(
          Affinity.class,
          ContainerPort.class,
          DeploymentStrategy.class,
          DeploymentCondition.class,
          EnvVar.class,
          OwnerReference.class,
          PodSecurityContext.class,
          PodStatus.class,
          Probe.class,
          ResourceRequirements.class,
          SecurityContext.class,
          ServicePort.class,
          Toleration.class,
          Volume.class,
          VolumeMount.class);

  /** Longer ones are messages, uids and hashes. */
  private static final int SHORT = 24;

  SharedParts() {
    addDeserializer(String.class, new ShortStrings());
    setDeserializerModifier(
        new BeanDeserializerModifier() {
          private static final long serialVersionUID = 1;

          @Override
          public JsonDeserializer<?> modifyDeserializer(
              DeserializationConfig config, BeanDescription type, JsonDeserializer<?> reader) {
            if (!TYPES.contains(type.getBeanClass())) return reader;
            return new StdDelegatingDeserializer<>(new Pool(), type.getType(), reader);
          }
        });
  }

  /** The parts of one type that somebody has; thread-safe. */
  private static final class Pool extends StdConverter<Object, Object> {
    private final Map<Object, WeakReference<Object>> known = new WeakHashMap<>();

    @Override
    public synchronized Object convert(Object part) {
      WeakReference<Object> there = known.get(part);
      Object same = there == null ? null : there.get();
      if (same != null) return same;
      known.put(part, new WeakReference<>(part));
      return part;
    }
  }

  /** Values of labels and variables, and what says how something is, from a small set of words. */
  private static final class ShortStrings extends StdScalarDeserializer<String> {
    private static final long serialVersionUID = 1;

    ShortStrings() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser json, DeserializationContext context) throws IOException {
      String read = StringDeserializer.instance.deserialize(json, context);
      return read == null || read.length() > SHORT ? read : read.intern();
    }
  }
}
