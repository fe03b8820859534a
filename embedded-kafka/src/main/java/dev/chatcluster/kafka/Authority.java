package dev.chatcluster.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority for tests, and what it signs, made with the JDK's keytool. Everything is
 * given in PEM.
 */
public final class Authority {
  private static final char[] PASSWORD = "only-in-a-test".toCharArray();

  private final Path store;
  private int signed;

  /**
   * A certificate and its private key.
   *
   * @param chain the certificate, and that of the authority behind it
   * @param key PKCS #8
   */
  public record Signed(String chain, String key) {}

  /**
   * Makes an authority.
   *
   * @param folder where its key store is put
   * @param name as it calls itself
   */
  public Authority(Path folder, String name) throws IOException {
    store = folder.resolve(name + ".p12");
    keytool("-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c", "-ext", "ku:c=keyCertSign");
  }

  /** Its certificate. */
  public String certificate() throws IOException {
    return pem("CERTIFICATE", encoded(load(), "ca"));
  }

  /** Signs a certificate for a host that is reached as 127.0.0.1. */
  public Signed server() throws IOException {
    return sign("CN=127.0.0.1", "-ext", "san=ip:127.0.0.1,dns:localhost");
  }

  /** Signs a certificate for a host that is reached by that name or IPv4 address. */
  public Signed server(String host) throws IOException {
    String kind = host.matches("[0-9.]+") ? "ip:" : "dns:";
    return sign("CN=" + host, "-ext", "san=" + kind + host);
  }

  /** Signs a certificate of a client of that name. */
  public Signed client(String name) throws IOException {
    return sign("CN=" + name);
  }

  private Signed sign(String subject, String... extensions) throws IOException {
    String alias = "signed-" + ++signed;
    List<String> arguments =
        new ArrayList<>(List.of("-alias", alias, "-dname", subject, "-signer", "ca"));
    arguments.addAll(List.of(extensions));
    keytool(arguments.toArray(String[]::new));
    KeyStore keys = load();
    try {
      String key = pem("PRIVATE KEY", keys.getKey(alias, PASSWORD).getEncoded());
      return new Signed(pem("CERTIFICATE", encoded(keys, alias)) + certificate(), key);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private void keytool(String... further) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(further));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) throw new IOException("keytool failed: " + said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private KeyStore load() throws IOException {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      return keys;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static byte[] encoded(KeyStore keys, String alias) throws IOException {
    try {
      Certificate certificate = keys.getCertificate(alias);
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String pem(String kind, byte[] encoded) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }
}
