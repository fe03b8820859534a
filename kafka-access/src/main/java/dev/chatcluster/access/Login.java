package dev.chatcluster.access;

/** Who we are to Kafka. None of these says its secret when it is printed. */
public sealed interface Login {
  /**
   * A user and a password.
   *
   * @param scram SCRAM-SHA-512 when true, else PLAIN
   */
  record Password(boolean scram, String username, String password) implements Login {
    @Override
    public String toString() {
      return (scram ? "scram-sha-512 as " : "plain as ") + username;
    }
  }

  /**
   * A certificate of the client; the connection has to be TLS.
   *
   * @param chain in PEM, ours first
   * @param key its private key in PEM, PKCS #8, not encrypted
   */
  record Certificate(String chain, String key) implements Login {
    @Override
    public String toString() {
      return "tls with a certificate";
    }
  }

  /**
   * A token that is fetched with a client's credentials (OAuth 2.0's client credentials grant).
   *
   * @param endpoint where; Kafka's clients ask only those in the system property {@link
   *     KafkaSecurity#ALLOWED_TOKEN_ENDPOINTS}
   * @param scope may be null
   */
  record ClientCredentials(String endpoint, String clientId, String clientSecret, String scope)
      implements Login {
    @Override
    public String toString() {
      return "oauth as " + clientId + " at " + endpoint;
    }
  }
}
