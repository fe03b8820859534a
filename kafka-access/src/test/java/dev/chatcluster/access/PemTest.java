package dev.chatcluster.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.kafka.Authority;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {
  @TempDir Path folder;

  @Test
  void whatAnAuthorityGivesIsFound() throws Exception {
    Authority authority = new Authority(folder, "ca");
    Authority.Signed client = authority.client("chat");
    assertThat(Pem.problemOfCertificates(authority.certificate())).isEmpty();
    assertThat(Pem.problemOfCertificates("# two\n" + client.chain())).isEmpty();
    assertThat(Pem.problemOfKey(client.key())).isEmpty();
    assertThat(Pem.problemOfKey(client.chain())).hasValueSatisfying(isSaid("no private key"));
    assertThat(Pem.problemOfCertificates(client.key()))
        .hasValueSatisfying(isSaid("no certificate"));
  }

  @Test
  void aCertificateThatIsNoneIsNotTakenForOne() {
    assertThat(Pem.problemOfCertificates("")).hasValueSatisfying(isSaid("BEGIN CERTIFICATE"));
    assertThat(
            Pem.problemOfCertificates(
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))
        .hasValueSatisfying(isSaid("cannot be read"));
  }

  @Test
  void aKeyOfAnotherKindIsNamedWithTheWayToTheRightOne() {
    for (String kind : new String[] {"RSA", "EC", "ENCRYPTED"}) {
      assertThat(Pem.problemOfKey("-----BEGIN " + kind + " PRIVATE KEY-----\nAAAA\n"))
          .hasValueSatisfying(isSaid(kind + " PRIVATE KEY: PKCS #8"));
    }
  }

  private static java.util.function.Consumer<String> isSaid(String words) {
    return said -> assertThat(said).contains(words);
  }
}
