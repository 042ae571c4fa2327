package io.nightjar.crypto.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hash through its Java face; the core's own tests have its edges. */
class Blake3Test {

  @ParameterizedTest
  @CsvSource({
    "'', af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    "abc, 6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
  })
  void publishedDigests(String text, String digest) {
    assertEquals(digest, hex(new Blake3().digest(text.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void itIsReadyForTheNextBytesAfterADigest() {
    Blake3 blake3 = new Blake3();
    String first = hex(blake3.digest(new byte[100_000]));
    blake3.update(new byte[7]);
    blake3.reset();

    assertEquals(first, hex(blake3.digest(new byte[100_000])));
  }

  @Test
  void partsOfArraysAndSingleBytesAreHashedInTheirOrder() throws IOException {
    byte[] bytes = new byte[70_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    Blake3 blake3 = new Blake3();
    blake3.update(bytes[0]);
    blake3.update(bytes, 1, 40_000);
    try (DigestInputStream in =
        new DigestInputStream(new ByteArrayInputStream(bytes, 40_001, 29_999), blake3)) {
      in.transferTo(OutputStream.nullOutputStream());
    }

    assertEquals(hex(new Blake3().digest(bytes)), hex(blake3.digest()));
  }

  @Test
  void theFirstBytesOfAnArrayHaveTheDigestOfThoseBytes() {
    byte[] bytes = new byte[200_000];
    Arrays.fill(bytes, (byte) 7);

    for (int count : List.of(0, 1, 65_536, 65_537, bytes.length)) {
      assertEquals(
          hex(new Blake3().digest(Arrays.copyOf(bytes, count))), hex(Blake3.of(bytes, count)));
    }
  }

  @Test
  void nothingIsReadBeyondAnArray() {
    Blake3 blake3 = new Blake3();

    assertThrows(RuntimeException.class, () -> Blake3.of(new byte[10], 11));
    assertThrows(RuntimeException.class, () -> Blake3.of(new byte[10], -1));

    assertThrows(IllegalArgumentException.class, () -> blake3.update(new byte[10], 5, 6));
    assertThrows(
        RuntimeException.class, () -> Native.blake3Update(new long[1], new byte[10], 0, 10));
    assertThrows(
        RuntimeException.class,
        () -> Native.blake3Update(new long[Native.blake3Words()], new byte[10], 5, 6));
    assertThrows(
        RuntimeException.class,
        () -> Native.blake3Digest(new long[Native.blake3Words()], new byte[31]));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
