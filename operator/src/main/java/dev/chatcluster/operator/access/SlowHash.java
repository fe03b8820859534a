package dev.chatcluster.operator.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A hash of secrets that everybody who may read a pod can see: so slow, and salted, that passwords
 * cannot be tried against it any better than against Kafka.
 */
final class SlowHash {
  private static final int ITERATIONS = 20_000;
  private static final int BITS = 64;

  private SlowHash() {}

  static String of(String salt, List<String> parts) {
    StringBuilder all = new StringBuilder();
    for (String part : parts) all.append(part.length()).append(':').append(part);
    PBEKeySpec spec =
        new PBEKeySpec(
            all.toString().toCharArray(), salt.getBytes(StandardCharsets.UTF_8), ITERATIONS, BITS);
    try {
      SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
      return HexFormat.of().formatHex(factory.generateSecret(spec).getEncoded());
    } catch (GeneralSecurityException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
