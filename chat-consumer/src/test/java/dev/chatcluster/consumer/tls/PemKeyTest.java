package dev.chatcluster.consumer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemKeyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void readsPkcs8OfEveryKind(String algorithm) throws Exception {
    PrivateKey key = TestKeys.make(folder, algorithm).key();
    assertThat(PemKey.read(TestKeys.pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @Test
  void readsPkcs1AsCertificateManagersWriteItByDefault() throws Exception {
    PrivateKey key = TestKeys.make(folder, "RSA").key();
    byte[] pkcs8 = key.getEncoded();
    // Behind two headers of 4 bytes, the version and the algorithm.
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 4 + 3 + 15 + 4, pkcs8.length);
    assertThat(PemKey.read(TestKeys.pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
  }

  @Test
  void readsSec1WithTheCurveInIt() throws Exception {
    PrivateKey key = TestKeys.make(folder, "EC").key();
    byte[] pkcs8 = key.getEncoded();
    // SEQUENCE, version, then the algorithm: SEQUENCE { id-ecPublicKey, the curve }.
    int algorithm = pkcs8[1] < 0 ? 6 : 5;
    int algorithmEnd = algorithm + 2 + pkcs8[algorithm + 1];
    byte[] curve = Arrays.copyOfRange(pkcs8, algorithm + 2 + 9, algorithmEnd);
    // OCTET STRING { SEQUENCE { version, number, … } }.
    byte[] inner = Arrays.copyOfRange(pkcs8, algorithmEnd + 2, pkcs8.length);
    byte[] versionAndNumber = Arrays.copyOfRange(inner, 2, 2 + 3 + 2 + inner[6]);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(versionAndNumber);
    content.write(0xA0);
    content.write(curve.length);
    content.writeBytes(curve);
    ByteArrayOutputStream sec1 = new ByteArrayOutputStream();
    sec1.write(0x30);
    sec1.write(content.size());
    sec1.writeBytes(content.toByteArray());
    ECPrivateKey read =
        (ECPrivateKey) PemKey.read(TestKeys.pem("EC PRIVATE KEY", sec1.toByteArray()));
    assertThat(read.getS()).isEqualTo(((ECPrivateKey) key).getS());
    assertThat(read.getParams().getCurve()).isEqualTo(((ECPrivateKey) key).getParams().getCurve());
  }

  @Test
  void saysWhyThereIsNoKey() {
    assertThatThrownBy(() -> PemKey.read("hello"))
        .isInstanceOf(IOException.class)
        .hasMessage("holds no private key in PEM");
    assertThatThrownBy(() -> PemKey.read(TestKeys.pem("ENCRYPTED PRIVATE KEY", new byte[9])))
        .hasMessage("is encrypted: give it without a password");
    assertThatThrownBy(() -> PemKey.read(TestKeys.pem("PRIVATE KEY", new byte[9])))
        .hasMessage("is no RSA, EC or Ed25519 key");
    assertThatThrownBy(() -> PemKey.read(TestKeys.pem("EC PRIVATE KEY", new byte[9])))
        .hasMessageStartingWith("is no ");
  }
}
