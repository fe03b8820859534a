package dev.chatcluster.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientPropertiesTest {
  /** Of all clients, of the consumer, of the producer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          request.timeout.ms   | abc        | is abc: it must be a whole number up to 2147483647
          request.timeout.ms   | 9999999999 | is 9999999999: it must be a whole number up to 2147483647
          retry.backoff.ms     | -1         | is -1: it must be at least 0
          check.crcs           | yes        | is yes: it must be true or false
          client.dns.lookup    | nonsense   | is nonsense: it must be one of: use_all_dns_ips, resolve_canonical_bootstrap_servers_only
          max.poll.records     | 0          | is 0: it must be at least 1
          compression.type     | zip        | is zip: it must be one of: none, gzip, snappy, lz4, zstd
          ssl.cipher.suites    | a,a        | is a,a: its values must not be duplicated
          """)
  void sayWhatIsAllowed(String name, String value, String problem) {
    assertThat(ClientProperties.problem(name, value)).hasValue(problem);
  }

  @Test
  void takeWhatTheClientsTakeAndWhatNoneOfThemKnows() {
    assertThat(ClientProperties.problem("request.timeout.ms", "3000")).isEmpty();
    assertThat(ClientProperties.problem("client.rack", "a")).isEmpty();
    assertThat(ClientProperties.problem("no.such.property", "a")).isEmpty();
  }
}
