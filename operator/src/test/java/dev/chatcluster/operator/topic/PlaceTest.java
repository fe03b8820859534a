package dev.chatcluster.operator.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.epoch.Owner;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceTest {
  private static final String RSA = "{'use':'sig','kty':'RSA','kid':'k','n':'%s','e':'AQAB'}";

  private static Set<String> keys(String... keys) {
    return Place.keys("{'keys':[%s]}".formatted(String.join(",", keys)).replace('\'', '"'));
  }

  @Test
  void aKeyIsKnownByItselfWhateverStandsBesideIt() {
    String one = RSA.formatted("one");
    String two = RSA.formatted("two");
    assertThat(keys(one)).hasSize(1);
    assertThat(keys(one, two)).hasSize(2).containsAll(keys(one)).containsAll(keys(two));
    assertThat(keys("{'n':'one','e':'AQAB','kty':'RSA','alg':'RS256'}")).isEqualTo(keys(one));
    String curve = "{'kty':'EC','crv':'P-256','x':'%s','y':'b'}";
    assertThat(keys(curve.formatted("a"))).isNotEqualTo(keys(curve.formatted("c")));
  }

  @Test
  void whatIsNoKeyTellsNothing() {
    assertThat(keys()).isEmpty();
    assertThat(Place.keys("")).isEmpty();
    assertThat(Place.keys("<html>")).isEmpty();
    assertThat(Place.keys("{}")).isEmpty();
    assertThat(keys("{}", "1")).isEmpty();
  }

  @Test
  void aRecordIsRenewedForAKeyThatCameAndNotForOneThatWent() {
    Owner recorded = new Owner("u", "n", "c", "a,b");
    assertThat(at("b", "c").outdates(recorded)).isTrue();
    assertThat(at("a", "b").outdates(recorded)).isFalse();
    assertThat(at("b").outdates(recorded)).isFalse();
    assertThat(at("b").outdates(new Owner("u", "n", "c", ""))).isTrue();
    assertThat(at().outdates(recorded)).as("not known where").isFalse();
  }

  private static Place at(String... keys) {
    return new Place(Set.of(keys), Set.of(""));
  }
}
