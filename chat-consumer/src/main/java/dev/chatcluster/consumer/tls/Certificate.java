package dev.chatcluster.consumer.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate with its key, from two PEM files. They are looked at again and again: what is new
 * counts for connections that begin then, and what cannot be used leaves the former in force.
 */
public final class Certificate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);

  private final Path chain;
  private final Path key;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("certificate").factory());
  private volatile SslContext context;
  private byte[] read = {};
  private String complaint = "";

  private Certificate(Path chain, Path key) {
    this.chain = chain;
    this.key = key;
  }

  /**
   * Reads both files, and from then on every {@code often}.
   *
   * @param chain the certificate, then those that it was signed with
   * @param key the certificate's, without a password
   * @throws IOException when they cannot be used; the message is a sentence that says why
   */
  public static Certificate of(Path chain, Path key, Duration often) throws IOException {
    Certificate certificate = new Certificate(chain, key);
    certificate.load();
    certificate.looking.scheduleWithFixedDelay(
        certificate::look, often.toMillis(), often.toMillis(), TimeUnit.MILLISECONDS);
    return certificate;
  }

  /** Speaks TLS on a connection that begins now. */
  public SslHandler handler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }

  private void look() {
    try {
      if (load()) LOG.info("clients are shown the new certificate of {} from now on", chain);
      complaint = "";
    } catch (IOException e) {
      // Once, not every time: it may take somebody days to see to it.
      if (!complaint.equals(e.getMessage())) {
        LOG.warn("the former certificate stays in use: {}", e.getMessage());
      }
      complaint = e.getMessage();
    }
  }

  /** Whether there was anything new. */
  private boolean load() throws IOException {
    byte[] chainBytes = bytes("certificate", chain);
    byte[] keyBytes = bytes("key", key);
    byte[] both = Arrays.copyOf(chainBytes, chainBytes.length + keyBytes.length);
    System.arraycopy(keyBytes, 0, both, chainBytes.length, keyBytes.length);
    if (Arrays.equals(both, read)) return false;
    X509Certificate[] certificates = certificates(chainBytes);
    PrivateKey privateKey;
    try {
      privateKey = PemKey.read(new String(keyBytes, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IOException("the key file " + key + " " + e.getMessage(), e);
    }
    try {
      if (!belong(privateKey, certificates[0])) {
        throw new IOException(key + " is not the key of the certificate in " + chain);
      }
      context =
          SslContextBuilder.forServer(privateKey, certificates)
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .build();
    } catch (GeneralSecurityException e) {
      throw new IOException(chain + " and " + key + " cannot be used: " + e.getMessage(), e);
    }
    read = both;
    return true;
  }

  private static byte[] bytes(String what, Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("the " + what + " file " + file + " cannot be read: " + e, e);
    }
  }

  private X509Certificate[] certificates(byte[] pem) throws IOException {
    try {
      X509Certificate[] certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .toArray(X509Certificate[]::new);
      if (certificates.length > 0) return certificates;
      throw new IOException("the certificate file " + chain + " holds no certificate in PEM");
    } catch (GeneralSecurityException e) {
      String sentence = "the certificate file " + chain + " holds no certificate in PEM: ";
      throw new IOException(sentence + e.getMessage(), e);
    }
  }

  /** The two files are not changed in one step everywhere. */
  private static boolean belong(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) return false;
    byte[] anything = certificate.getEncoded();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(anything);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(anything);
    return signature.verify(signed);
  }
}
