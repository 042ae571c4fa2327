package io.nightjar.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterDigestTest {

  private static final String HEX =
      "00ff102030405060708090a0b0c0d0e0f00112233445566778899aabbccddeef";

  @Test
  void textAndBytesGoBothWays() {
    ParameterDigest digest = ParameterDigest.parse(HEX);

    assertEquals(HEX, digest.toString());
    assertEquals(digest, ParameterDigest.of(digest.toByteArray()));
    assertEquals(digest.hashCode(), ParameterDigest.of(digest.toByteArray()).hashCode());
    assertNotEquals(digest, ParameterDigest.parse(HEX.replace("ef", "ee")));
  }

  @Test
  void neitherTheBytesGivenNorThoseReturnedReachInside() {
    byte[] given = new byte[ParameterDigest.BYTES];
    ParameterDigest digest = ParameterDigest.of(given);

    given[0] = 1;
    digest.toByteArray()[1] = 1;

    assertArrayEquals(new byte[ParameterDigest.BYTES], digest.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33})
  void anotherLengthIsRefused(int length) {
    var e =
        assertThrows(InvalidParametersException.class, () -> ParameterDigest.of(new byte[length]));

    assertEquals("A parameter digest of %d bytes: it has 32".formatted(length), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", HEX + "0", "zz"})
  void anythingButSixtyFourHexDigitsIsRefused(String text) {
    var e = assertThrows(InvalidParametersException.class, () -> ParameterDigest.parse(text));

    assertEquals(
        "A parameter digest is 64 hexadecimal digits, not \"%s\"".formatted(text), e.getMessage());
  }
}
