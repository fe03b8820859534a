package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutsidePathTest {
  @ParameterizedTest
  @CsvSource({
    "/,      /ws,                             /ws",
    "/,      /partitions/3/ws,                /ws",
    "/,      /partitions/12/rooms/7,          /rooms/7",
    "/,      /partitions/x/ws,                /partitions/x/ws",
    "/,      /partitions/3,                   /partitions/3",
    "/app,   /app/ws,                         /ws",
    "/app,   /app/partitions/0/ws/websocket,  /ws/websocket",
    "/app,   /partitions/0/ws,                /ws",
    "/app,   /ws,                             /ws",
    "/app,   /application/ws,                 /application/ws",
    "/a/b,   /a/b/rooms/7,                    /rooms/7",
    "/a/b,   /a/ws,                           /a/ws"
  })
  void isTakenAwayInFront(String base, String path, String inside) {
    assertThat(new OutsidePath(base).inside(path)).isEqualTo(inside);
  }
}
