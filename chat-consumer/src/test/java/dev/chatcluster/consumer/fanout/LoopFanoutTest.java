package dev.chatcluster.consumer.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.stomp.StompVersion;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.test.Patience;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopFanoutTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final Counter deliveries = new SimpleMeterRegistry().counter("chat.deliveries");
  private final LoopFanout fanout = new LoopFanout(loop.eventLoop(), allocator, deliveries);
  private final List<Client> clients = new ArrayList<>();

  /** A channel on the one loop, which tells how often it is flushed. */
  private final class Client implements Subscription.Owner {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final Outlet outlet;
    int flushes;
    String failure;
    boolean overflowed;

    Client() {
      channel
          .pipeline()
          .addLast(
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                  flushes++;
                  context.flush();
                }
              },
              new ChannelInboundHandlerAdapter());
      outlet = new Outlet(channel.pipeline().lastContext(), fanout, 1000, () -> overflowed = true);
      clients.add(this);
    }

    Subscription subscribe(String id, String room) {
      Dress dress = new Dress(id, StompVersion.V1_2, false);
      return new Subscription(room, dress, fanout, outlet, this, 0);
    }

    Subscription live(String id, String room) {
      Subscription subscription = subscribe(id, room);
      subscription.started(new Started(Started.Outcome.LIVE, "t0", null));
      subscription.joined();
      subscription.live();
      return subscription;
    }

    List<String> bodies() {
      List<String> bodies = new ArrayList<>();
      for (ByteBuf frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
        String text = frame.toString(StandardCharsets.UTF_8);
        bodies.add(text.substring(text.indexOf("\n\n") + 2, text.length() - 1));
        frame.release();
      }
      return bodies;
    }

    @Override
    public void started(Subscription subscription, Started started) {}

    @Override
    public void failed(Subscription subscription, String sentence) {
      failure = sentence;
    }
  }

  private static Entry entry(String room, long offset) {
    return entry(room, offset, Long.toString(offset));
  }

  private static Entry entry(String room, long offset, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new Entry(room, "fakelog0", new Position(0, 0, offset), null, bytes, List.of());
  }

  @AfterEach
  void nothingLeaks() {
    clients.forEach(client -> client.channel.finishAndReleaseAll());
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void flushesAChannelOnceForAllBatchesThatWait() {
    Client client = new Client();
    client.live("1", "room");
    int before = client.flushes;
    fanout.deliver(List.of(entry("room", 1), entry("other", 2), entry("room", 3)));
    fanout.deliver(List.of(entry("room", 4)));
    fanout.deliver(List.of(entry("room", 5)));
    loop.runPendingTasks();
    assertThat(client.flushes).isEqualTo(before + 1);
    assertThat(client.bodies()).containsExactly("1", "3", "4", "5");
    assertThat(deliveries.count()).isEqualTo(4);
  }

  @Test
  void encodesOnceForAllWhoseFramesAreTheSame() {
    Client a = new Client();
    Client b = new Client();
    Client other = new Client();
    a.live("sub-0", "room");
    b.live("sub-0", "room");
    other.live("sub-1", "room");
    fanout.deliver(List.of(entry("room", 1)));
    loop.runPendingTasks();
    ByteBuf ofA = a.channel.readOutbound();
    ByteBuf ofB = b.channel.readOutbound();
    ByteBuf ofOther = other.channel.readOutbound();
    assertThat(ofA.memoryAddress())
        .isEqualTo(ofB.memoryAddress())
        .isNotEqualTo(ofOther.memoryAddress());
    assertThat(ofOther.toString(StandardCharsets.UTF_8)).contains("subscription:sub-1\n");
    ofA.release();
    ofB.release();
    ofOther.release();
  }

  @Test
  void splicesHistoryAndLiveMessagesWithoutGapOrRepetition() {
    Client client = new Client();
    Subscription subscription = client.subscribe("1", "room");
    int[] asked = new int[1];
    subscription.started(new Started(Started.Outcome.RECOVERED, "t5", null));
    subscription.replay(List.of(entry("room", 1), entry("room", 2)), () -> asked[0]++);
    assertThat(asked[0]).isEqualTo(1);
    subscription.joined();
    fanout.deliver(List.of(entry("room", 4), entry("room", 5)));
    loop.runPendingTasks();
    subscription.replay(List.of(entry("room", 2), entry("room", 3), entry("room", 4)), () -> {});
    fanout.deliver(List.of(entry("room", 6)));
    loop.runPendingTasks();
    subscription.live();
    fanout.deliver(List.of(entry("room", 6), entry("room", 7)));
    loop.runPendingTasks();
    assertThat(client.bodies()).containsExactly("1", "2", "3", "4", "5", "6", "7");
  }

  @Test
  void asksForMoreHistoryOnlyWhenTheClientHasReadIt() {
    Client client = new Client();
    Subscription subscription = client.subscribe("1", "room");
    int[] asked = new int[1];
    // Unwritable by its own account, as a socket is whose buffer is full.
    client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    subscription.replay(List.of(entry("room", 1), entry("room", 2)), () -> asked[0]++);
    loop.runPendingTasks();
    assertThat(client.bodies()).isEmpty();
    assertThat(asked[0]).isZero();
    client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    client.outlet.writabilityChanged();
    loop.runPendingTasks();
    assertThat(client.bodies()).containsExactly("1", "2");
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void boundsWhatWaitsBehindHistory() {
    Client client = new Client();
    Subscription subscription = client.subscribe("1", "room");
    subscription.joined();
    fanout.deliver(List.of(entry("room", 1, "x".repeat(300)), entry("room", 2, "x".repeat(300))));
    loop.runPendingTasks();
    assertThat(client.overflowed).isFalse();
    fanout.deliver(List.of(entry("room", 3, "x".repeat(300))));
    loop.runPendingTasks();
    assertThat(client.overflowed).isTrue();
  }

  @Test
  void boundsWhatWaitsBehindAllHistoriesOfAClientTogether() {
    Client client = new Client();
    for (int i = 0; i < 3; i++) {
      List<Consumer<Subscription>> ends =
          List.of(Subscription::live, Subscription::cancel, Subscription::fail);
      for (Consumer<Subscription> end : ends) {
        Subscription subscription = client.subscribe("1", "room");
        subscription.joined();
        fanout.deliver(List.of(entry("room", 1, "x".repeat(300))));
        loop.runPendingTasks();
        end.accept(subscription);
      }
    }
    for (String room : List.of("a", "b", "c")) {
      assertThat(client.overflowed).isFalse();
      client.subscribe("1", room).joined();
      fanout.deliver(List.of(entry(room, 2, "x".repeat(300))));
      loop.runPendingTasks();
    }
    assertThat(client.overflowed).isTrue();
  }

  /** Kafka's producers may write larger messages than the bound. */
  @Test
  void keepsAClientBehindWhoseHistoryALargeMessageWaits() {
    Client client = new Client();
    Subscription subscription = client.subscribe("1", "room");
    subscription.joined();
    fanout.deliver(List.of(entry("room", 1, "x".repeat(5_000)), entry("room", 2)));
    loop.runPendingTasks();
    subscription.live();
    loop.runPendingTasks();
    assertThat(client.overflowed).isFalse();
    assertThat(client.bodies()).containsExactly("x".repeat(5_000), "2");
  }

  @Test
  void boundsHeadersThatWaitBehindHistoryAsItDoesBodies() {
    Client client = new Client();
    client.subscribe("1", "room").joined();
    List<MessageHeader> headers = List.of(new MessageHeader("name", "x".repeat(300)));
    for (int i = 0; i < 3; i++) {
      Position position = new Position(0, 0, i);
      fanout.deliver(List.of(new Entry("room", "fakelog0", position, null, new byte[0], headers)));
    }
    loop.runPendingTasks();
    assertThat(client.overflowed).isTrue();
  }

  @Test
  void writesNothingAfterACancel() {
    Client client = new Client();
    Client stays = new Client();
    Subscription first = client.live("1", "room");
    Subscription second = client.live("1", "room");
    stays.live("1", "room");
    first.cancel();
    first.cancel();
    second.cancel();
    second.replay(List.of(entry("room", 0)), () -> {});
    second.live();
    fanout.deliver(List.of(entry("room", 1)));
    loop.runPendingTasks();
    assertThat(client.bodies()).isEmpty();
    assertThat(stays.bodies()).containsExactly("1");
  }

  @Test
  void dropsWhatIsWrittenToAClosedOutlet() {
    Client client = new Client();
    client.outlet.close();
    ByteBuf frame = allocator.directBuffer().writeByte('x');
    client.outlet.write(frame);
    assertThat(frame.refCnt()).isZero();
    assertThat(client.outlet.queued()).isZero();
  }

  /** One that cannot be encoded, as none can when there is no memory for it. */
  private static Entry bad(String room, long offset) {
    List<MessageHeader> unreadable =
        new AbstractList<>() {
          @Override
          public MessageHeader get(int index) {
            throw new IllegalStateException("no memory");
          }

          @Override
          public int size() {
            return 0;
          }

          @Override
          public Iterator<MessageHeader> iterator() {
            throw new IllegalStateException("no memory");
          }
        };
    return new Entry(room, "fakelog0", new Position(0, 0, offset), null, new byte[0], unreadable);
  }

  @Test
  void tellsAllClientsOfARoomToComeAgainWhenAMessageCannotBeDelivered() {
    Client a = new Client();
    Client b = new Client();
    Client elsewhere = new Client();
    a.live("1", "room");
    b.live("2", "room");
    elsewhere.live("1", "other");
    fanout.deliver(List.of(bad("room", 1), entry("other", 2), entry("room", 3)));
    loop.runPendingTasks();
    for (Client client : List.of(a, b)) {
      assertThat(client.failure).contains("reconnect and resume");
      assertThat(client.bodies()).as("what comes after a gap").isEmpty();
    }
    assertThat(elsewhere.failure).isNull();
    assertThat(elsewhere.bodies()).containsExactly("2");
  }

  @Test
  void tellsAClientToComeAgainWhenItsHistoryCannotBeWritten() {
    Client client = new Client();
    Subscription subscription = client.subscribe("1", "room");
    List<Entry> history = List.of(entry("room", 1), bad("room", 2), entry("room", 3));
    subscription.replay(history, () -> {});
    subscription.joined();
    subscription.live();
    fanout.deliver(List.of(entry("room", 4)));
    loop.runPendingTasks();
    assertThat(client.failure).contains("reconnect and resume");
    assertThat(client.bodies()).containsExactly("1");
  }

  @Test
  void tellsEverybodyToComeAgainWhenATaskFailsOfWhichNobodyKnowsTheReach() {
    Client client = new Client();
    client.live("1", "room");
    fanout.execute(
        () -> {
          throw new OutOfMemoryError("as Netty's for direct memory");
        });
    fanout.deliver(List.of(entry("room", 1)));
    loop.runPendingTasks();
    assertThat(client.failure).contains("reconnect and resume");
    assertThat(client.bodies()).isEmpty();
  }

  @Test
  void makesTheReaderWaitWhileTooManyBytesAreQueued() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      LoopFanout busy = new LoopFanout(group.next(), allocator, deliveries);
      CountDownLatch free = new CountDownLatch(1);
      busy.execute(() -> awaitUninterruptibly(free));
      AtomicInteger handedOver = new AtomicInteger();
      // A few fit, and the last would alone if nothing else waited.
      List<Integer> sizes = List.of(6_000_000, 6_000_000, 6_000_000, 60_000_000);
      Thread reader =
          new Thread(
              () -> {
                for (int size : sizes) {
                  busy.deliver(List.of(entry("room", 1, "x".repeat(size))));
                  handedOver.incrementAndGet();
                }
              });
      reader.start();
      // It waits in the third, not on its way to it.
      await().until(() -> handedOver.get() == 2 && reader.getState() == Thread.State.TIMED_WAITING);
      assertThat(handedOver).hasValue(2);
      free.countDown();
      reader.join(Patience.LONG);
      assertThat(handedOver).hasValue(4);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
