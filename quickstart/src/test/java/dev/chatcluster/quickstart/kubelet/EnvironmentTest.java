package dev.chatcluster.quickstart.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void readsValuesAsKubernetesDoes() {
    Map<String, String> before = Map.of("NAME", "a$b");
    assertThat(Environment.expand("$(NAME) $(OTHER) $NAME $", before))
        .isEqualTo("a$b $(OTHER) $NAME $");
    assertThat(Environment.expand("$$(NAME) $$$(NAME) $$$$", before)).isEqualTo("$(NAME) $a$b $$");
  }
}
