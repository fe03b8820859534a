package dev.chatcluster.access;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be said of a text in PEM before Kafka's client is given it. */
public final class Pem {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final Pattern OTHER_KEY =
      Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ )+PRIVATE KEY)-----");

  private Pem() {}

  /** What is wrong with certificates, as the end of a sentence; empty when nothing is. */
  public static Optional<String> problemOfCertificates(String text) {
    Matcher found = CERTIFICATE.matcher(text);
    if (!found.find()) {
      return Optional.of("holds no certificate: PEM is wanted, -----BEGIN CERTIFICATE-----");
    }
    do {
      try {
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(found.group().getBytes(StandardCharsets.US_ASCII)));
      } catch (CertificateException notOne) {
        return Optional.of("holds a certificate that cannot be read: PEM of X.509 is wanted");
      }
    } while (found.find());
    return Optional.empty();
  }

  /** What is wrong with a private key, as the end of a sentence; empty when nothing is. */
  public static Optional<String> problemOfKey(String text) {
    Matcher other = OTHER_KEY.matcher(text);
    if (other.find()) {
      return Optional.of(
          "holds a key of the kind "
              + other.group(1)
              + ": PKCS #8 without a password is wanted, -----BEGIN PRIVATE KEY-----, as openssl"
              + " pkcs8 -topk8 -nocrypt makes it, or cert-manager with privateKey.encoding PKCS8");
    }
    Matcher key = KEY.matcher(text);
    if (!key.find()) {
      return Optional.of("holds no private key: PEM is wanted, -----BEGIN PRIVATE KEY-----");
    }
    try {
      Base64.getMimeDecoder().decode(key.group(1).strip());
      return Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.of("holds a private key that cannot be read: PEM of PKCS #8 is wanted");
    }
  }
}
