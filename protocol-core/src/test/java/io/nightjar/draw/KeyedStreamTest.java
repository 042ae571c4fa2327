package io.nightjar.draw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.draw.KeyedStream.Purpose;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The known answers are computed apart from this code, with Python's hmac and OpenSSL's AES. */
class KeyedStreamTest {

  private static Stream<Arguments> knownStreams() {
    return Stream.of(
        known(
            "55cd86bb0ba95394da39640204ddd33f2b84414292994e142793df7d975dc3df", //
            Purpose.DRAW),
        known(
            "50f816c242b8d59b215bd441d861a56d271d40cf59710a15d611d77883deeef8",
            Purpose.DRAW,
            3,
            1,
            4),
        known(
            "3c45df23444e839b1ccd1d39e969c7e930639fcf95fede8c9a705c6de415e440",
            Purpose.SHARE,
            3,
            1,
            4),
        known(
            "ada652e64448eb1a96ea5fa956b847402b6cbea4f8f48ba70f46e952c2d32985",
            Purpose.RECORD,
            3,
            1,
            4),
        known(
            "51f4864b1557f9aed079cd506b33f7a625e74056cf08fdeb07eafeb681aed3fe",
            Purpose.HIDE,
            3,
            1,
            4),
        known(
            "fec3c920100c394f86a99d082d5508d1812871b8a59ecf58ada33cb4f048bca8",
            Purpose.MASK,
            3,
            1,
            4),
        known(
            "9165a298c23af618139069bfbf82cfa46d94d925f9fd8e7a066963d4e6441816",
            Purpose.DRAW,
            -1,
            Long.MAX_VALUE,
            Long.MIN_VALUE));
  }

  private static Arguments known(String hex, Purpose purpose, long... fields) {
    return Arguments.of(purpose, fields, hex);
  }

  @ParameterizedTest
  @MethodSource("knownStreams")
  void theFirstBytesArePinned(Purpose purpose, long[] fields, String hex) {
    try (JobSecret secret = JobSecret.fixedForTests(7)) {
      byte[] bytes = new byte[hex.length() / 2];
      KeyedStream.open(secret, purpose, fields).nextBytes(bytes);

      assertEquals(hex, HexFormat.of().formatHex(bytes));
    }
  }

  /** What is pinned is the stream of all fields, which is pinned above. */
  @Test
  void aStreamAtAPlaceHasItsFieldsThenOthersThenTheInput() {
    DrawPlace place = new DrawPlace(3, 1, 4, new InputDigest(10, 11, 12, 13));
    try (JobSecret following = JobSecret.fixedForTests(7);
        JobSecret repeating = JobSecret.ofSeed(new byte[JobSecret.SEED_BYTES])) {
      assertEquals(
          KeyedStream.open(following, Purpose.SHARE, 3, 1, 4, 5, 6, 10, 11, 12, 13).nextLong(),
          KeyedStream.openAt(following, Purpose.SHARE, place, 5, 6).nextLong());
      assertEquals(
          KeyedStream.open(repeating, Purpose.SHARE, 3, 1, 4, 5, 6).nextLong(),
          KeyedStream.openAt(repeating, Purpose.SHARE, place, 5, 6).nextLong());
    }
  }

  @Test
  void everyPurposeHasAKnownStream() {
    assertEquals(
        Arrays.asList(Purpose.values()),
        knownStreams().map(known -> (Purpose) known.get()[0]).distinct().toList());
  }

  @Test
  void aHundredThousandBytesArePinned() throws GeneralSecurityException {
    byte[] bytes = new byte[100_000];
    countingStream().nextBytes(bytes);

    assertEquals(
        "06d6084e8ed71e85d4cc950347fbf4013df3de860fb420dd41cf64e127626c3b",
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @Test
  void longsArePinned() {
    KeyedStream stream = countingStream();

    assertEquals(-2446539071746753722L, stream.nextLong());
    assertEquals(2379754984904695762L, stream.nextLong());
    assertEquals(-7146778780843386366L, stream.nextLong());
    for (int i = 3; i < 99_992 / Long.BYTES; i++) {
      stream.nextLong();
    }
    assertEquals(-5098569151809938074L, stream.nextLong());
  }

  @Test
  void unitsArePinned() {
    KeyedStream stream = countingStream();

    assertEquals(0.867372851167075, stream.nextUnit());
    assertEquals(0.1290067762308439, stream.nextUnit());
    assertEquals(0.6125723459768148, stream.nextUnit());
  }

  @Test
  void aUnitIsNeverZeroOrOne() {
    assertEquals(0x1p-54, KeyedStream.unit(0));
    assertEquals(0x1p-54, KeyedStream.unit(0x7ff));
    assertEquals(0x1p-53, KeyedStream.unit(0x800));
    assertEquals(0x1p-52, KeyedStream.unit(0x1000));
    assertEquals(0.5, KeyedStream.unit(Long.MIN_VALUE));
    assertEquals(1 - 0x1p-53, KeyedStream.unit(-1));
  }

  @Test
  void twoStreamsOfOneNameDoNotDisturbEachOther() {
    try (JobSecret secret = JobSecret.fixedForTests(7)) {
      KeyedStream one = KeyedStream.open(secret, Purpose.HIDE, 2, 3);
      long[] alone = new long[2000];
      Arrays.setAll(alone, i -> one.nextLong());

      KeyedStream left = KeyedStream.open(secret, Purpose.HIDE, 2, 3);
      KeyedStream right = KeyedStream.open(secret, Purpose.HIDE, 2, 3);
      long[] fromLeft = new long[alone.length];
      long[] fromRight = new long[alone.length];
      for (int i = 0; i < alone.length; i++) {
        fromLeft[i] = left.nextLong();
        fromRight[i] = right.nextLong();
      }

      assertArrayEquals(alone, fromLeft);
      assertArrayEquals(alone, fromRight);
    }
  }

  @Test
  void aStreamNeedsSecretPurposeAndFields() {
    try (JobSecret secret = JobSecret.fixedForTests(7)) {
      assertThrows(NullPointerException.class, () -> KeyedStream.open(null, Purpose.DRAW));
      assertThrows(NullPointerException.class, () -> KeyedStream.open(secret, null));
      assertThrows(
          NullPointerException.class, () -> KeyedStream.open(secret, Purpose.DRAW, (long[]) null));
    }
  }

  /** Returns the stream of the secret 0, 1, 2, ... 31 for draws, with the fields 1 and 2. */
  private static KeyedStream countingStream() {
    byte[] bytes = new byte[JobSecret.SEED_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    try (JobSecret secret = JobSecret.ofSeed(bytes)) {
      return KeyedStream.open(secret, Purpose.DRAW, 1, 2);
    }
  }
}
