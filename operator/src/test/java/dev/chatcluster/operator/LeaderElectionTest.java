package dev.chatcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.operator.leader.Candidate;
import dev.chatcluster.operator.leader.LeaderElection;
import dev.chatcluster.operator.leader.LeaseTiming;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Candidates for one Lease on a Kubernetes API in memory. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LeaderElectionTest {
  private static final Duration RETRY = Duration.ofMillis(300);

  /** Runs out in no test: what happens, happens before. */
  private static final LeaseTiming STEADY =
      new LeaseTiming(Duration.ofMinutes(10), Duration.ofMinutes(5), RETRY);

  /** Is lost soon, and long before others may lead. */
  private static final Duration LEASE = Duration.ofSeconds(34);

  private static final LeaseTiming FRAIL = new LeaseTiming(LEASE, Duration.ofSeconds(4), RETRY);

  private final List<LeaderElection> candidates = new ArrayList<>();
  private MockApi api;

  @BeforeEach
  void start() {
    api = new MockApi();
  }

  @AfterEach
  void stop() {
    api.heal();
    candidates.forEach(LeaderElection::close);
    api.close();
  }

  /** What a candidate was told. */
  private static final class Told implements LeaderElection.Listener {
    private final List<String> words = new ArrayList<>();

    @Override
    public synchronized void leads() {
      words.add("leads");
    }

    @Override
    public synchronized void lost(String why) {
      words.add(why);
    }

    synchronized List<String> words() {
      return List.copyOf(words);
    }
  }

  private LeaderElection candidate(String name, LeaseTiming timing, Told told) {
    var election =
        new LeaderElection(api.client(), new Candidate("chats", "lead", name), timing, told);
    candidates.add(election);
    election.start();
    return election;
  }

  private Resource<Lease> lease() {
    return api.client().leases().inNamespace("chats").withName("lead");
  }

  private String holder() {
    return lease().get().getSpec().getHolderIdentity();
  }

  private void renewedAgain() {
    var before = lease().get().getSpec().getRenewTime();
    await().until(() -> lease().get().getSpec().getRenewTime().isAfter(before));
  }

  @Test
  void oneLeadsTheOtherStandsByAndFollowsAtOnceWhenTheFirstGivesTheLeaseBack() {
    Told first = new Told();
    LeaderElection leader = candidate("a", STEADY, first);
    await().until(() -> first.words().equals(List.of("leads")));
    Told second = new Told();
    LeaderElection standby = candidate("b", STEADY, second);
    for (int i = 0; i < 3; i++) renewedAgain();
    assertThat(second.words()).isEmpty();
    assertThat(leader.standsBy()).isFalse();
    assertThat(standby.standsBy()).isTrue();
    assertThat(standby.live()).isTrue();

    leader.close();
    assertThat(holder()).as("the holder just after").isNotEqualTo("a");
    await().until(() -> second.words().equals(List.of("leads")));
    assertThat(holder()).isEqualTo("b");
    assertThat(lease().get().getSpec().getLeaseTransitions()).isEqualTo(1);
    assertThat(first.words()).isEqualTo(List.of("leads"));
  }

  @Test
  void whoseLeaseIsTakenAwayIsToldSoAndNeverLeadsAgain() {
    Told told = new Told();
    LeaderElection leader = candidate("a", STEADY, told);
    await().until(() -> told.words().equals(List.of("leads")));
    lease()
        .edit(
            l -> {
              l.getSpec().setHolderIdentity("somebody");
              return l;
            });
    await().until(() -> told.words().size() == 2);
    assertThat(told.words().getLast()).isEqualTo("the Lease chats/lead is that of somebody now");
    assertThat(leader.live()).isFalse();
    assertThat(leader.standsBy()).isFalse();
    assertThat(holder()).isEqualTo("somebody");
  }

  @Test
  void losesItWhenTheApiServerRefusesToRenewIt() {
    Told told = new Told();
    candidate("a", FRAIL, told);
    await().until(() -> !told.words().isEmpty());
    api.fail((method, path, body) -> path.contains("/leases"));
    await().atMost(LEASE).until(() -> told.words().size() == 2);
    assertThat(told.words().getLast()).startsWith("the Lease chats/lead could not be renewed for");
  }

  @Test
  void losesItBeforeOthersMayLeadAlsoWhenTheApiServerNeverAnswers() {
    Told told = new Told();
    candidate("a", FRAIL, told);
    await().until(() -> !told.words().isEmpty());
    CountDownLatch answer = new CountDownLatch(1);
    try {
      api.fail(
          (method, path, body) -> {
            try {
              return path.contains("/leases") && answer.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              return true;
            }
          });
      await().atMost(LEASE).until(() -> told.words().size() == 2);
    } finally {
      answer.countDown();
    }
  }

  @Test
  void aShortAbsenceOfTheApiServerChangesNothing() {
    Told told = new Told();
    candidate("a", STEADY, told);
    await().until(() -> told.words().equals(List.of("leads")));
    api.takeRequests();
    api.fail((method, path, body) -> path.contains("/leases"));
    await().until(() -> api.takeRequests().stream().anyMatch(r -> r.contains("/leases")));
    api.heal();
    renewedAgain();
    renewedAgain();
    assertThat(told.words()).isEqualTo(List.of("leads"));
  }
}
