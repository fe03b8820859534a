package dev.chatcluster.quickstart.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.quickstart.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {
        "self.n == 3 ; true",
        "self.n >= 4 ; false",
        "self.n + 2 * 3 == 9 ; true",
        "has(self.a.b) && self.a.b == 'x' ; true",
        "has(self.a.c) ; false",
        "!has(self.c) || self.c.d == 1 ; true",
        "has(self.a) ? self.a.b == 'x' : false ; true",
        "'k' in self.map && !('z' in self.map) ; true",
        "self.map['k'] == 'v' ; true",
        "self.list.all(x, x.startsWith('a')) ; true",
        "self.list.exists(x, x == 'ab') ; true",
        "self.list.filter(x, x == 'ab').size() == 1 ; true",
        "self.map.all(k, k == 'k') ; true",
        "['p', 'q'].all(k, !(k in self.map)) ; true",
        "size(self.name) <= 5 && self.name.matches('^[a-z]+$') ; true",
        "quantity(string(self.bytes)).compareTo(quantity('1Ki')) == 0 ; true",
        "quantity(self.mi).isGreaterThan(quantity('1000k')) ; true",
        "duration('24h') == duration('1440m') && duration('1h1m') > duration('3659s') ; true",
        "duration('1m30s') <= duration('89.5s') ; false",
        "'a, b'.split(', ').size() == 2 ; true",
        "self.name.matches(r'^\\w+$') ; true",
        "self.a == self.same ; true",
        "-self.n < 0 ; true",
      })
  void hasTheValueThatKubernetesGivesIt(String rule, boolean value) {
    JsonNode self =
        json(
            """
            {"n":3,"a":{"b":"x"},"same":{"b":"x"},"map":{"k":"v"},"list":["a","ab"],"name":"room",
             "bytes":1024,"mi":"1Mi"}
            """);
    Expression expression = Expression.parse(rule);
    assertThat(Evaluator.with(Map.of("self", self)).holds(expression)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {"self.n.unknown(1)", "self.", "(self.n", "self.n == 3 3", "#"})
  void refusesWhatItCannotRead(String rule) {
    assertThatThrownBy(() -> Expression.parse(rule)).isInstanceOf(CelException.class);
  }

  @Test
  void hasNoValueWhenAFieldIsMissing() {
    Expression expression = Expression.parse("self.missing == 1");
    assertThatThrownBy(() -> Evaluator.with(Map.of("self", json("{}"))).holds(expression))
        .isInstanceOf(CelException.class)
        .hasMessageContaining("missing");
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
