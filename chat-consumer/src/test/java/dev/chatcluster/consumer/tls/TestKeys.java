package dev.chatcluster.consumer.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A key and its certificate for this machine, made by the JDK's keytool.
 *
 * @param key Java's own form, PKCS #8
 */
public record TestKeys(PrivateKey key, X509Certificate certificate) {
  private static final String PASSWORD = "changeit";

  /**
   * New ones.
   *
   * @param algorithm RSA, EC or Ed25519
   */
  public static TestKeys make(Path folder, String algorithm) throws Exception {
    Path store = Files.createTempFile(folder, "keys", ".p12");
    Files.delete(store);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "chat",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    if (keytool.waitFor() != 0) throw new IOException("keytool failed: " + said);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new TestKeys(
        (PrivateKey) keys.getKey("chat", PASSWORD.toCharArray()),
        (X509Certificate) keys.getCertificate("chat"));
  }

  /** Writes both as a Secret's files are mounted. */
  public void write(Path folder) throws IOException, GeneralSecurityException {
    Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
  }

  static String pem(String what, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
  }
}
