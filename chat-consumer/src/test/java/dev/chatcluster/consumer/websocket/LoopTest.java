package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopTest {
  private int left;

  @Test
  void guestsLeaveEvenlyOverTheTime() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    Loop loop = new Loop(channel.eventLoop(), null);
    for (int i = 0; i < 60; i++) loop.add(new Leaving());
    loop.leaveOver(TimeUnit.SECONDS.toNanos(30));
    for (int second = 0; second < 30; second++) {
      channel.runScheduledPendingTasks();
      assertThat(left).as("in %d s", second).isEqualTo(1 + 2 * second);
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
    }
    channel.runScheduledPendingTasks();
    assertThat(left).isEqualTo(60);
    channel.finish();
  }

  @Test
  void whoComesWhileTheyLeaveIsTheLastToGo() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    Loop loop = new Loop(channel.eventLoop(), null);
    loop.leaveOver(TimeUnit.SECONDS.toNanos(30));
    channel.advanceTimeBy(10, TimeUnit.SECONDS);
    loop.add(new Leaving());
    channel.advanceTimeBy(19, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(left).isZero();
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(left).isOne();
    channel.finish();
  }

  private final class Leaving implements Loop.Guest {
    @Override
    public void tick() {}

    @Override
    public void leave() {
      left++;
    }

    @Override
    public void leaveNow() {}

    @Override
    public void cut() {}
  }
}
