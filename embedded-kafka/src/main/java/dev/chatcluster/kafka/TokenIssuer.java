package dev.chatcluster.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * An OAuth token endpoint for tests, on a free port of the loopback, and the key that its tokens
 * are signed with.
 */
public final class TokenIssuer implements AutoCloseable {
  /** The one client that is given tokens. */
  public static final String CLIENT = "chat";

  /** Its secret. */
  public static final String SECRET = "client-secret";

  private static final String HANDLERS = "org.apache.kafka.common.security.oauthbearer.";
  private static final String LISTENER = "listener.name.client.oauthbearer.";

  private final HttpServer server;
  private final KeyPair keys;

  /** Makes a key and starts to answer. */
  public TokenIssuer() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::token);
    server.createContext("/keys", exchange -> answer(exchange, 200, jwks()));
    server.start();
  }

  /** Where tokens are given for the client's credentials. */
  public String tokens() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /**
   * Where the key is; a broker in this JVM asks there only if the system property {@code
   * org.apache.kafka.sasl.oauthbearer.allowed.urls} has it.
   */
  public String keys() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
  }

  /** The options of a broker whose client listener takes these tokens and nothing else. */
  public KafkaOptions asked(KafkaOptions options) {
    return options
        .with(
            "listener.security.protocol.map",
            "CLIENT:SASL_PLAINTEXT,ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT")
        .with("sasl.enabled.mechanisms", "OAUTHBEARER")
        .with(LISTENER + "sasl.jaas.config", HANDLERS + "OAuthBearerLoginModule required;")
        .with(
            LISTENER + "sasl.server.callback.handler.class",
            HANDLERS + "OAuthBearerValidatorCallbackHandler")
        .with(LISTENER + "sasl.oauthbearer.jwks.endpoint.url", keys())
        .with(LISTENER + "sasl.oauthbearer.expected.audience", "kafka")
        .with(LISTENER + "sasl.oauthbearer.expected.issuer", "test");
  }

  private void token(HttpExchange exchange) throws IOException {
    byte[] credentials = (CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8);
    String expected = "Basic " + Base64.getEncoder().encodeToString(credentials);
    if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    answer(exchange, 200, "{\"access_token\":\"" + signed() + "\",\"token_type\":\"Bearer\"}");
  }

  private String signed() throws IOException {
    long now = Instant.now().getEpochSecond();
    String claims =
        "{\"iss\":\"test\",\"aud\":\"kafka\",\"sub\":\"chat\",\"scope\":\"kafka\",\"iat\":%d,\"exp\":%d}"
            .formatted(now, now + 600);
    String content =
        encoded("{\"alg\":\"RS256\",\"kid\":\"one\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + encoded(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(content.getBytes(StandardCharsets.UTF_8));
      return content + "." + encoded(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private String jwks() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(encoded(unsigned(key.getModulus())), encoded(unsigned(key.getPublicExponent())));
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
