package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.roomlog.position.Token;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StompSessionTest {
  private static Fixture fixture;
  private static int rooms;

  private TestClient client;

  @BeforeAll
  static void start() {
    fixture = new Fixture();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @AfterEach
  void disconnect() {
    if (client != null) {
      client.close();
    }
    fixture.log.refuseWith = null;
    fixture.log.answerAll();
    fixture.log.letStart();
    fixture.log.makeRoom();
  }

  /** A room that no other test uses. */
  private static synchronized String freshRoom() {
    return "room-" + rooms++;
  }

  private TestClient connected() {
    client = TestClient.connected(fixture.port());
    return client;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"/ws,v12.stomp", "/ws/websocket,v10.stomp", "/ws,", "/ws?token=x,v11.stomp"})
  void connectsAtBothPathsWithAnySubprotocol(String path, String subprotocol) {
    client = TestClient.open(fixture.port(), path, subprotocol);
    assertThat(client.socket().getSubprotocol()).isEqualTo(subprotocol == null ? "" : subprotocol);
    client.send("CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0");
    TestClient.Frame connected = client.expect("CONNECTED");
    assertThat(connected.header("version")).isEqualTo("1.2");
    assertThat(connected.header("heart-beat")).isEqualTo("25000,0");
    assertThat(connected.header("session")).isNotBlank();
    assertThat(connected.header("server")).startsWith("ChatCluster");
  }

  @Test
  void connectsClientsOfOneDotZero() {
    client = TestClient.open(fixture.port());
    client.send("CONNECT\nlogin:\npasscode:\n\n\0");
    TestClient.Frame connected = client.expect("CONNECTED");
    assertThat(connected.header("version")).isEqualTo("1.0");
    assertThat(connected.header("heart-beat")).isNull();
    String room = freshRoom();
    client.send("SUBSCRIBE\ndestination:/topic/" + room + "\nreceipt:r\n\n\0");
    client.expect("RECEIPT");
    fixture.log.append(room, List.of(new MessageHeader("a", "b\nc")), utf8("x"));
    TestClient.Frame message = client.expect("MESSAGE");
    assertThat(message.header("subscription")).isNull();
    assertThat(message.header("a")).isNull();
    assertThat(message.bodyText()).isEqualTo("x");
    client.send("UNSUBSCRIBE\ndestination:/topic/" + room + "\nreceipt:r\n\n\0");
    client.expect("RECEIPT");
  }

  @Test
  void takesTheStompCommandForConnect() {
    client = TestClient.open(fixture.port());
    client.send("STOMP\naccept-version:1.1\nhost:x\n\n\0");
    assertThat(client.expect("CONNECTED").header("version")).isEqualTo("1.1");
  }

  @Test
  void deliversARoomInOrderWithItsPositions() {
    connected();
    String room = freshRoom();
    client.subscribe("sub-0", room);
    fixture.log.append(room, "a", "b");
    fixture.log.append(room, "c");
    TestClient.Frame a = client.expect("MESSAGE");
    TestClient.Frame b = client.expect("MESSAGE");
    TestClient.Frame c = client.expect("MESSAGE");
    assertThat(List.of(a.bodyText(), b.bodyText(), c.bodyText())).containsExactly("a", "b", "c");
    assertThat(a.header("subscription")).isEqualTo("sub-0");
    assertThat(a.header("destination")).isEqualTo("/topic/" + room);
    assertThat(a.header("prev")).isNull();
    assertThat(b.header("prev")).isEqualTo(a.header("message-id"));
    assertThat(c.header("prev")).isEqualTo(b.header("message-id"));
    assertThat(a.header("content-length")).isEqualTo("1");
    assertThat(a.header("position")).isNull();
    assertThat(a.text()).isTrue();
  }

  @Test
  void sendsBinaryFramesWhereTheValueIsNotText() {
    connected();
    String room = freshRoom();
    client.subscribe("sub-0", room);
    byte[] binary = {0, (byte) 0xff, 0, '\n'};
    fixture.log.append(room, List.of(), binary, new byte[0], utf8("ü\0"));
    TestClient.Frame first = client.expect("MESSAGE");
    assertThat(first.text()).isFalse();
    assertThat(first.body()).isEqualTo(binary);
    TestClient.Frame empty = client.expect("MESSAGE");
    assertThat(empty.text()).isTrue();
    assertThat(empty.body()).isEmpty();
    assertThat(client.expect("MESSAGE").bodyText()).isEqualTo("ü\0");
  }

  @Test
  void deliversEachSubscriptionOfAConnectionUnderItsId() {
    connected();
    String room = freshRoom();
    client.subscribe("x:y", room);
    client.subscribe("other", room);
    fixture.log.append(room, "hello");
    assertThat(List.of(client.next().header("subscription"), client.next().header("subscription")))
        .containsExactlyInAnyOrder("x:y", "other");
    client.send("UNSUBSCRIBE\nid:x\\cy\nreceipt:u\n\n\0");
    client.expect("RECEIPT");
    fixture.log.append(room, "again");
    assertThat(client.expect("MESSAGE").header("subscription")).isEqualTo("other");
    client.send("DISCONNECT\nreceipt:bye\n\n\0");
    client.expect("RECEIPT");
    assertThat(client.closeStatus()).isEqualTo(1000);
  }

  @Test
  void answersASendAfterKafkaHasIt() {
    connected();
    String room = freshRoom();
    fixture.log.holdAnswers = true;
    int before = fixture.log.sent;
    client.send("SEND\ndestination:/app/" + room + "\nreceipt:one\n\nhello\0");
    client.send("BEGIN\ntransaction:t\nreceipt:later\n\n\0");
    // The BEGIN is answered: so the SEND was taken, and yet has no receipt.
    assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("later");
    await().until(() -> fixture.log.sent == before + 1);
    fixture.log.answerAll();
    TestClient.Frame receipt = client.expect("RECEIPT");
    assertThat(receipt.header("receipt-id")).isEqualTo("one");
    assertThat(receipt.header("ack")).startsWith("0-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/app/", "/topic/"})
  void carriesContentTypeAndTheSendersHeaders(String prefix) {
    connected();
    String room = freshRoom();
    client.subscribe("sub-0", room);
    client.send(
        "SEND\ndestination:"
            + prefix
            + room
            + "\ncontent-type:text/plain\nidempotency-key:k1\nx-user:Zoë\\cx\nsubscription:forged\n"
            + "message-id:forged\nreceipt:r\n\nhello\0");
    TestClient.Frame first = client.next();
    TestClient.Frame message = first.command().equals("MESSAGE") ? first : client.next();
    assertThat(message.header("content-type")).isEqualTo("text/plain");
    assertThat(message.header("x-user")).isEqualTo("Zoë:x");
    assertThat(message.header("idempotency-key")).isEqualTo("k1");
    assertThat(message.headers().getNativeHeader("subscription")).containsExactly("sub-0");
    assertThat(message.headers().getNativeHeader("message-id")).doesNotContain("forged");
    assertThat(message.header("receipt")).isNull();
  }

  @Test
  void deliversToASenderThatSubscribedInTheSameBreath() {
    for (int i = 0; i < 50; i++) {
      String room = freshRoom();
      try (TestClient both = TestClient.connected(fixture.port())) {
        both.send(
            "SUBSCRIBE\nid:1\ndestination:/topic/"
                + room
                + "\n\n\0SEND\ndestination:/topic/"
                + room
                + "\n\nmine\0");
        assertThat(both.expect("MESSAGE").bodyText()).isEqualTo("mine");
      }
    }
  }

  @Test
  void holdsASendUntilItsRoomsSubscriptionHasBegun() {
    connected();
    String room = freshRoom();
    fixture.log.holdStarts = true;
    int before = fixture.log.sent;
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/" + room + "\n\n\0");
    // In one message, so that the other is taken before the first is answered.
    client.send(
        "SEND\ndestination:/topic/other-"
            + room
            + "\nreceipt:free\n\nx\0SEND\ndestination:/topic/"
            + room
            + "\nreceipt:held\n\nmine\0");
    assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("free");
    // Behind what was sent.
    fixture.log.append("elsewhere", "x");
    assertThat(fixture.log.sent).isEqualTo(before + 1);
    client.send("DISCONNECT\nreceipt:bye\n\n\0");
    fixture.log.letStart();
    List<String> answers =
        List.of(described(client.next()), described(client.next()), described(client.next()));
    assertThat(answers).containsExactlyInAnyOrder("MESSAGE mine", "RECEIPT held", "RECEIPT bye");
    assertThat(answers.getLast()).isEqualTo("RECEIPT bye");
  }

  private static String described(TestClient.Frame frame) {
    return frame.command()
        + " "
        + (frame.command().equals("RECEIPT") ? frame.header("receipt-id") : frame.bodyText());
  }

  @Test
  void takesFramesInAnyPieces() {
    connected();
    String room = freshRoom();
    client.subscribe("sub-0", room);
    String send = "SEND\ndestination:/app/" + room + "\n\nhello\0";
    for (char c : send.toCharArray()) {
      client.send(String.valueOf(c));
    }
    client.send("\n" + send + "\n\n" + send);
    client.socket().sendText(send.substring(0, 9), false).join();
    client.socket().sendText(send.substring(9), true).join();
    client.send(utf8(send));
    byte[] umlaut = utf8("SEND\ndestination:/app/" + room + "\n\nü\0");
    client.send(Arrays.copyOf(umlaut, umlaut.length - 2));
    client.send(new byte[] {umlaut[umlaut.length - 2], 0});
    for (int i = 0; i < 5; i++) {
      assertThat(client.expect("MESSAGE").bodyText()).isEqualTo("hello");
    }
    assertThat(client.expect("MESSAGE").bodyText()).isEqualTo("ü");
  }

  @Test
  void carriesMessagesOfTheFullSizeBothWays() {
    connected();
    String room = freshRoom();
    client.subscribe("sub-0", room);
    byte[] head =
        utf8(
            "SEND\ndestination:/app/"
                + room
                + "\ncontent-length:"
                + Fixture.MESSAGE_BYTES
                + "\n\n");
    byte[] frame = Arrays.copyOf(head, head.length + Fixture.MESSAGE_BYTES + 1);
    new SplittableRandom(1).nextBytes(frame);
    System.arraycopy(head, 0, frame, 0, head.length);
    frame[frame.length - 1] = 0;
    client.send(frame);
    TestClient.Frame message = client.expect("MESSAGE");
    assertThat(message.text()).isFalse();
    assertThat(message.body()).isEqualTo(Arrays.copyOfRange(frame, head.length, frame.length - 1));
  }

  @Test
  void holdsATransactionUntilCommitAndDropsItAtAbort() {
    connected();
    String room = freshRoom();
    client.subscribe("sub-0", room);
    String send = "SEND\ntransaction:t\ndestination:/topic/" + room + "\nreceipt:s%d\n\n%d\0";
    client.send("BEGIN\ntransaction:t\n\n\0" + send.formatted(0, 0) + "ABORT\ntransaction:t\n\n\0");
    client.send("BEGIN\ntransaction:t\nreceipt:begun\n\n\0");
    client.send(send.formatted(1, 1) + send.formatted(2, 2));
    assertThat(described(client.next())).isEqualTo("RECEIPT begun");
    fixture.log.append(room, "between");
    assertThat(described(client.next())).isEqualTo("MESSAGE between");
    client.send("COMMIT\ntransaction:t\nreceipt:done\n\n\0");
    List<String> answers = Stream.generate(() -> described(client.next())).limit(5).toList();
    assertThat(answers)
        .containsExactlyInAnyOrder(
            "MESSAGE 1", "MESSAGE 2", "RECEIPT s1", "RECEIPT s2", "RECEIPT done");
    assertThat(answers.indexOf("MESSAGE 1")).isLessThan(answers.indexOf("MESSAGE 2"));
    assertThat(answers.indexOf("RECEIPT s1")).isLessThan(answers.indexOf("RECEIPT s2"));
    assertThat(answers.indexOf("RECEIPT s2")).isLessThan(answers.indexOf("RECEIPT done"));
  }

  @Test
  void answersTheCommitOfNothing() {
    connected();
    client.send("BEGIN\ntransaction:t\n\n\0COMMIT\ntransaction:t\nreceipt:r\n\n\0");
    assertThat(described(client.next())).isEqualTo("RECEIPT r");
  }

  @Test
  void acceptsAcknowledgementsWithoutEffect() {
    connected();
    String room = freshRoom();
    client.send(
        "SUBSCRIBE\nid:1\nack:client-individual\ndestination:/topic/" + room + "\nreceipt:s\n\n\0");
    client.expect("RECEIPT");
    fixture.log.append(room, "x");
    String id = client.expect("MESSAGE").header("ack");
    assertThat(id).isNotBlank();
    client.send("ACK\nid:" + id + "\nreceipt:a\n\n\0NACK\nid:" + id + "\nreceipt:n\n\n\0");
    assertThat(described(client.next())).isEqualTo("RECEIPT a");
    assertThat(described(client.next())).isEqualTo("RECEIPT n");
  }

  @Test
  void resumesWithoutGapOrRepetitionAndSaysSoInTheReceipt() {
    connected();
    String room = freshRoom();
    fixture.log.append(room, numbers(0, 35));
    TestClient other = TestClient.connected(fixture.port());
    other.subscribe("1", room);
    fixture.log.append(room, "35");
    String id = other.expect("MESSAGE").header("prev");
    long first = Token.parse(id).orElseThrow().position().offset() - 34;
    other.close();
    client.send(
        "SUBSCRIBE\nid:1\ndestination:/topic/"
            + room
            + "\nresume-from:"
            + FakeLog.token(first + 4)
            + "\nreceipt:s\n\n\0");
    fixture.log.append(room, numbers(36, 60));
    TestClient.Frame receipt = client.expect("RECEIPT");
    assertThat(receipt.header("recovered")).isEqualTo("true");
    assertThat(receipt.header("reason")).isNull();
    assertThat(receipt.header("position")).startsWith("1.fakelog0.");
    for (int i = 5; i < 60; i++) {
      assertThat(client.expect("MESSAGE").bodyText()).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void replaysTheLastMessagesAndSaysHowMany() {
    connected();
    String room = freshRoom();
    fixture.log.append(room, numbers(0, 12));
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/" + room + "\nreplay:5\nreceipt:s\n\n\0");
    TestClient.Frame receipt = client.expect("RECEIPT");
    assertThat(receipt.header("replayed")).isEqualTo("5");
    assertThat(receipt.header("older")).isEqualTo("true");
    assertThat(receipt.header("recovered")).isNull();
    for (int i = 7; i < 12; i++) {
      assertThat(client.expect("MESSAGE").bodyText()).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void tellsHowFarAQuietRoomIsToWhoAsksForIt() {
    connected();
    String room = freshRoom();
    client.send(
        "SUBSCRIBE\nid:1\nack:client\ndestination:/topic/"
            + room
            + "\nprogress:1\nreceipt:s\n\n\0");
    client.expect("RECEIPT");
    fixture.log.append("another" + room, "unheard");
    TestClient.Frame progress = client.expect("MESSAGE");
    assertThat(progress.header("event")).isEqualTo("progress");
    assertThat(progress.header("subscription")).isEqualTo("1");
    assertThat(progress.header("destination")).isEqualTo("/topic/" + room);
    assertThat(progress.header("message-id")).startsWith("1.fakelog0.");
    assertThat(progress.header("ack")).isEqualTo(progress.header("message-id"));
    assertThat(progress.body()).isEmpty();
    fixture.log.append(room, "heard");
    TestClient.Frame message = client.expect("MESSAGE");
    assertThat(message.bodyText()).isEqualTo("heard");
    assertThat(message.header("event")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"replay:-1", "replay:many", "replay:100001", "progress:0", "progress:3601"})
  void refusesNumbersThatMakeNoSense(String header) {
    connected();
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/a\n" + header + "\n\n\0");
    client.refusedWith("give a whole number from", 4400);
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
  }

  @Test
  void saysWithTheFirstMessageWhatNoReceiptWasThereToSay() {
    connected();
    String room = freshRoom();
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/" + room + "\nresume-from:gone\n\n\0");
    client.send("SUBSCRIBE\nid:2\ndestination:/topic/x-" + room + "\nreceipt:r\n\n\0");
    client.expect("RECEIPT");
    fixture.log.append(room, "a", "b");
    TestClient.Frame first = client.expect("MESSAGE");
    assertThat(first.header("recovered")).isEqualTo("false");
    assertThat(first.header("reason")).isEqualTo("TRUNCATED");
    assertThat(first.header("earliest")).isEqualTo(FakeLog.token(0));
    assertThat(first.header("position")).startsWith("1.fakelog0.");
    TestClient.Frame second = client.expect("MESSAGE");
    assertThat(second.header("recovered")).isNull();
    assertThat(second.bodyText()).isEqualTo("b");
  }

  @Test
  void stopsReadingWhileThePathIsFullAndGoesOnInOrder() {
    connected();
    String room = freshRoom();
    client.subscribe("1", room);
    fixture.log.pathsFull = true;
    int before = fixture.log.sent;
    for (int i = 0; i < 20; i++) {
      client.send("SEND\ndestination:/app/" + room + "\n\n" + i + "\0");
    }
    assertThat(client.expect("MESSAGE").bodyText()).isEqualTo("0");
    assertThat(fixture.log.sent).isEqualTo(before + 1);
    fixture.log.makeRoom();
    for (int i = 1; i < 20; i++) {
      assertThat(client.expect("MESSAGE").bodyText()).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void saysTryAgainWhileKafkaIsAway() {
    connected();
    fixture.log.refuseRetry = true;
    fixture.log.refuseWith = "Kafka has not answered; try again";
    client.send("SEND\ndestination:/app/1\nreceipt:r\n\nx\0");
    TestClient.Frame error = client.refusedWith("try again", 1013);
    assertThat(error.header("receipt-id")).isEqualTo("r");
  }

  @Test
  void refusesABodyOfAnotherRoomForGood() {
    connected();
    fixture.log.refuseRetry = false;
    fixture.log.refuseWith = "the body says room 2, the destination 1; correct one";
    client.send("SEND\ndestination:/app/1\nreceipt:r\n\nx\0");
    client.refusedWith("the body says room 2", 4400);
  }

  @Test
  void refusesAnythingBeforeConnect() {
    client = TestClient.open(fixture.port());
    client.send("SEND\ndestination:/app/1\n\nx\0");
    client.refusedWith("SEND before CONNECT", 4400);
  }

  @Test
  void refusesVersionsThatNobodySpeaks() {
    client = TestClient.open(fixture.port());
    client.send("CONNECT\naccept-version:3.0\n\n\0");
    assertThat(client.refusedWith("1.0,1.1,1.2", 4400).header("version")).isEqualTo("1.0,1.1,1.2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HELLO%n%n%0 | unknown command",
        "SEND%ndestination:/app/1%na:\\t%n%nx%0 | bad escape",
        "SEND%ndestination:/app/1%ncontent-length:3%n%nhello%0 | content-length of SEND says 3",
        "SEND%ndestination:/app/1%ncontent-length:9999999%n%n | limit of 1048576 bytes",
        "SEND%n%nx%0 | SEND has no \"destination\" header",
        "SEND%ndestination:/queue/1%n%nx%0 | /app/{room} or /topic/{room}",
        "SEND%ndestination:/app/%n%nx%0 | is empty",
        "SEND%ndestination:/app/__chat%n%nx%0 | is reserved",
        "SEND%ndestination:/app/1%nchat-ctl:barrier%n%nx%0 | are reserved",
        "SEND%ndestination:/app/1%nCHAT-fwd:1%n%nx%0 | are reserved",
        "SEND%ndestination:/app/1%nidempotency-key:%n%nx%0 | 1 to 200 bytes",
        "SEND%ndestination:/app/1%ntransaction:none%n%nx%0 | which is not open",
        "SUBSCRIBE%nid:1%ndestination:/app/1%n%n%0 | /topic/{room}",
        "SUBSCRIBE%nid:1%ndestination:/topic/__chat%n%n%0 | is reserved",
        "SUBSCRIBE%ndestination:/topic/1%n%n%0 | SUBSCRIBE has no \"id\" header",
        "SUBSCRIBE%nid:1%ndestination:/topic/1%nack:maybe%n%n%0 | use auto, client or",
        "UNSUBSCRIBE%nid:nine%n%n%0 | UNSUBSCRIBE of \"nine\"",
        "BEGIN%n%n%0 | BEGIN has no \"transaction\" header",
        "COMMIT%ntransaction:none%n%n%0 | which is not open",
        "ABORT%ntransaction:none%n%n%0 | which is not open",
        "ACK%n%n%0 | ACK has no \"id\" header",
        "ACK%nid:1%ntransaction:none%n%n%0 | which is not open",
        "CONNECT%naccept-version:1.2%n%n%0 | open another connection",
        "SUBSCRIBE%nid:1%ndestination:/topic/1%n%nbody%0 | only SEND may have one",
        "BEGIN%ntransaction:t%n%n%0BEGIN%ntransaction:t%n%n%0 | which is open already"
      })
  void refusesWhatBreaksTheRules(String frame, String sentence) {
    connected();
    client.send(frame.strip().replace("%n", "\n").replace("%0", "\0"));
    client.refusedWith(sentence.strip(), 4400);
  }

  @Test
  void namesTheReceiptOfTheFrameThatItRefuses() {
    connected();
    client.send("UNSUBSCRIBE\nid:1\nreceipt:the-one\n\n\0");
    assertThat(client.refusedWith("UNSUBSCRIBE", 4400).header("receipt-id")).isEqualTo("the-one");
  }

  @Test
  void refusesADuplicateSubscriptionId() {
    connected();
    client.subscribe("1", freshRoom());
    client.send("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n\0");
    client.refusedWith("which is in use on this connection", 4400);
  }

  @Test
  void refusesHugeHeadersAndHugeMessagesNamingTheLimit() {
    connected();
    client.send("SEND\ndestination:/app/1\na:" + "x".repeat(40_000));
    client.refusedWith("longer than 32768 bytes", 4400);
    connected();
    client.send("SEND\ndestination:/app/1\n\n" + "x".repeat(Fixture.MESSAGE_BYTES + 1) + "\0");
    client.refusedWith("limit of 1048576 bytes", 4400);
    connected();
    client.send("SEND\ndestination:/app/1\n\n" + "x".repeat(2 * Fixture.MESSAGE_BYTES) + "\0");
    client.refusedWith("limit of 1048576 bytes", 4400);
  }

  @Test
  void boundsTransactions() {
    connected();
    for (int i = 0; i < 17; i++) {
      client.send("BEGIN\ntransaction:t" + i + "\n\n\0");
    }
    client.refusedWith("more than 16 transactions", 4400);
    connected();
    client.send("BEGIN\ntransaction:t\n\n\0");
    String send = "SEND\ntransaction:t\ndestination:/app/1\n\nx\0";
    client.send(send.repeat(1001));
    client.refusedWith("more than 1000 messages", 4400);
  }

  @Test
  void troublesNobodyElseWhenOneIsRefused() {
    connected();
    String room = freshRoom();
    client.subscribe("1", room);
    try (TestClient bad = TestClient.connected(fixture.port())) {
      bad.subscribe("1", room);
      bad.send("garbage garbage garbage");
      bad.refusedWith("unknown command", 4400);
    }
    fixture.log.append(room, "still here");
    assertThat(client.expect("MESSAGE").bodyText()).isEqualTo("still here");
  }

  @Test
  void leavesItsRoomsWhenTheSocketGoes() {
    int before = fixture.log.listeners();
    connected();
    client.subscribe("1", freshRoom());
    client.subscribe("2", freshRoom());
    assertThat(fixture.log.listeners()).isEqualTo(before + 2);
    client.close();
    await().until(() -> fixture.log.listeners() == before);
  }

  @Test
  void answersAWebSocketClose() {
    connected();
    client.socket().sendClose(1000, "bye").join();
    assertThat(client.closeStatus()).isEqualTo(1000);
  }
}
