package dev.chatcluster.consumer.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM, in any of the three ways it is written: Java reads PKCS #8 only, while
 * certificate managers write PKCS #1 and SEC 1 by default. Those are wrapped into the first.
 */
final class PemKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xA0;
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  /** rsaEncryption, and the NULL that goes with it. */
  private static final byte[] RSA = {
    0x06,
    0x09,
    0x2A,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xF7,
    0x0D,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** id-ecPublicKey, which the curve follows. */
  private static final byte[] EC = {
    0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01
  };

  private PemKey() {}

  /**
   * The key in {@code pem}.
   *
   * @throws IOException when there is none that can be read; the message is the end of a sentence
   */
  static PrivateKey read(String pem) throws IOException {
    if (pem.contains("ENCRYPTED"))
      throw new IOException("is encrypted: give it without a password");
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) throw new IOException("holds no private key in PEM");
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      return key(
          switch (block.group(1)) {
            case "RSA PRIVATE KEY" -> pkcs8(RSA, der);
            case "EC PRIVATE KEY" -> pkcs8(join(EC, curve(der)), der);
            default -> der;
          });
    } catch (RuntimeException malformed) {
      throw new IOException("is no private key", malformed);
    }
  }

  private static PrivateKey key(byte[] pkcs8) throws IOException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException another) {
        // Of the next kind, or of none.
      }
    }
    throw new IOException("is no RSA, EC or Ed25519 key");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, join(VERSION, der(SEQUENCE, algorithm), der(OCTETS, key)));
  }

  /** The curve's name stands in SEC 1 behind version and number. */
  private static byte[] curve(byte[] sec1) {
    ByteBuffer in = content(ByteBuffer.wrap(sec1));
    while (in.hasRemaining()) {
      boolean found = (in.get(in.position()) & 0xFF) == PARAMETERS;
      ByteBuffer element = content(in);
      if (!found) continue;
      byte[] curve = new byte[element.remaining()];
      element.get(curve);
      return curve;
    }
    throw new IllegalArgumentException("the curve is not named");
  }

  /** What is in the next element, behind which {@code in} stands then. */
  private static ByteBuffer content(ByteBuffer in) {
    in.get();
    int length = in.get() & 0xFF;
    if (length > 0x7F) {
      int bytes = length & 0x7F;
      length = 0;
      for (int i = 0; i < bytes; i++) length = length << 8 | in.get() & 0xFF;
    }
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    return content;
  }

  private static byte[] der(int tag, byte[] content) {
    return join(new byte[] {(byte) tag}, length(content.length), content);
  }

  private static byte[] length(int length) {
    if (length < 0x80) return new byte[] {(byte) length};
    if (length < 0x100) return new byte[] {(byte) 0x81, (byte) length};
    return new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }
}
