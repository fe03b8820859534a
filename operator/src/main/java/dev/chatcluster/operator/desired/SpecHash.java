package dev.chatcluster.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short hash of a Kubernetes object as it is wanted. */
final class SpecHash {
  private SpecHash() {}

  static String of(Object wanted) {
    try {
      byte[] json = Serialization.asJson(wanted).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(json);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /** Puts the hash of {@code wanted}, which must not carry one yet, on it. */
  static <R extends HasMetadata> R stamp(R wanted) {
    wanted.getMetadata().getAnnotations().put(Labels.SPEC_HASH, of(wanted));
    return wanted;
  }
}
