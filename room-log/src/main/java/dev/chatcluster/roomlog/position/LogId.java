package dev.chatcluster.roomlog.position;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Which log it is: a token of one means nothing in another.
 *
 * @param uid random, from the control topic's first {@code epoch(0)}; survives the ChatCluster
 * @param topicId Kafka's id of the data topic; another one is another log
 */
public record LogId(String uid, String topicId) {
  /** Eight characters of base64url from which neither id can be told. */
  public String fingerprint() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((uid + '\n' + topicId).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 8);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /**
   * The token of a place in a room of this log; computes the fingerprint, so keep that if often.
   */
  public Token token(Position position) {
    return new Token(fingerprint(), position);
  }
}
