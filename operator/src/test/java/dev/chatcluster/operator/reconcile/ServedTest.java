package dev.chatcluster.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.operator.reconcile.Served.Look;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedTest {
  private static final Look SEEN = new Look.Seen();
  private static final Look UNKNOWN = new Look.Unknown();

  private static Look unseen(String why) {
    return new Look.Unseen(why);
  }

  @Test
  void oneThatMayNotBeSeenKeepsNoOtherFromBeingServed() {
    Served all = Served.all(Set.of("a", "b"));
    Served one = all.after(Map.of("a", SEEN, "b", unseen("no")));
    assertThat(one).isEqualTo(new Served(Set.of("a"), Map.of("b", "no")));
    assertThat(one.worse(all)).containsExactly("b");
    assertThat(one.since(all)).isEmpty();
    assertThat(all.still(one).now()).containsExactly("a");
  }

  @Test
  void theSameIsNotSaidTwiceAndSomethingElseIs() {
    Served one = new Served(Set.of("a"), Map.of("b", "no"));
    assertThat(one.after(Map.of("b", unseen("no"))).worse(one)).isEmpty();
    assertThat(one.after(Map.of("b", unseen("not yet"))).worse(one)).containsExactly("b");
  }

  @Test
  void whatMayBeSeenAgainIsServedAndSaidAnewWhenItIsLostAgain() {
    Served one = new Served(Set.of("a"), Map.of("b", "no"));
    Served both = one.after(Map.of("a", SEEN, "b", SEEN));
    assertThat(both).isEqualTo(Served.all(Set.of("a", "b")));
    assertThat(both.since(one)).containsExactly("b");
    assertThat(one.still(both).now()).containsExactly("a");
    assertThat(both.after(Map.of("b", unseen("no"))).worse(both)).containsExactly("b");
  }

  @Test
  void whatIsNotKnownStaysAsItIs() {
    Served one = new Served(Set.of("a"), Map.of("b", "no"));
    assertThat(one.after(Map.of("a", UNKNOWN, "b", UNKNOWN))).isEqualTo(one);
    assertThat(Served.all(Set.of("a")).after(Map.of("a", UNKNOWN)).now()).containsExactly("a");
  }
}
