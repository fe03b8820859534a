package dev.chatcluster.consumer.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Utf8Test {
  private static boolean validForTheJdk(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void agreesWithTheJdkOnAnyBytes() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int[] interesting = {
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
      0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff
    };
    int valid = 0;
    for (int round = 0; round < 300_000; round++) {
      byte[] bytes = new byte[random.nextInt(20)];
      int prefix = random.nextInt(bytes.length + 1);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            i < prefix
                ? (byte) (0x20 + random.nextInt(0x5f))
                : (byte) interesting[random.nextInt(interesting.length)];
      }
      boolean expected = validForTheJdk(bytes);
      valid += expected ? 1 : 0;
      assertThat(Utf8.isValid(bytes))
          .as("seed %d: %s", seed, Arrays.toString(bytes))
          .isEqualTo(expected);
    }
    assertThat(valid).isBetween(10_000, 290_000);
  }

  @Test
  void takesEveryCharacterThereIs() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < 0xd800 || c > 0xdfff) {
        assertThat(Utf8.isValid(Character.toString(c).getBytes(StandardCharsets.UTF_8))).isTrue();
      }
    }
  }
}
