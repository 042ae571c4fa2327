package io.nightjar.draw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.KeyedStream.Purpose;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSecretTest {

  private static final RawSecretAccess ACCESS = RawSecretAccess.granted();

  @Test
  void noTwoFreshSecretsAreEqual() {
    try (JobSecret one = JobSecret.fresh();
        JobSecret two = JobSecret.fresh()) {
      assertFalse(Arrays.equals(one.toBytes(ACCESS), two.toBytes(ACCESS)));
      assertFalse(Arrays.equals(new byte[JobSecret.BYTES], one.toBytes(ACCESS)));
    }
  }

  @Test
  void theBytesGoInAndOutAsCopies() {
    byte[] given = stored();
    try (JobSecret secret = JobSecret.ofBytes(given, ACCESS)) {
      given[1] ^= 1;
      secret.toBytes(ACCESS)[2] ^= 1;

      assertArrayEquals(stored(), secret.toBytes(ACCESS));
    }
  }

  @Test
  void aSecretThatTravelledMakesTheSameStreams() {
    try (JobSecret sent = JobSecret.fresh();
        JobSecret received = JobSecret.ofBytes(sent.toBytes(ACCESS), ACCESS)) {
      assertEquals(
          KeyedStream.open(sent, Purpose.DRAW, 5).nextLong(),
          KeyedStream.open(received, Purpose.DRAW, 5).nextLong());
    }
  }

  private static final DrawPlace ONE = new DrawPlace(1, 2, 3, new InputDigest(4, 5, 6, 7));
  private static final DrawPlace OTHER = new DrawPlace(1, 2, 3, new InputDigest(4, 5, 6, 8));

  private static long first(JobSecret secret, DrawPlace place) {
    return KeyedStream.openAt(secret, Purpose.DRAW, place, 9).nextLong();
  }

  @Test
  void whatIsDrawnFollowsTheInput() {
    try (JobSecret fresh = JobSecret.fresh();
        JobSecret forTests = JobSecret.fixedForTests(7)) {
      for (JobSecret secret : new JobSecret[] {fresh, forTests}) {
        assertEquals(first(secret, ONE), first(secret, ONE));
        assertNotEquals(first(secret, ONE), first(secret, OTHER));
      }
    }
  }

  @Test
  void whatIsDrawnUnderASeedFollowsFromItAlone() {
    byte[] seed = counting();
    try (JobSecret secret = JobSecret.ofSeed(seed);
        JobSecret same = JobSecret.ofSeed(counting())) {
      seed[0] ^= 1;
      assertEquals(first(secret, ONE), first(secret, OTHER));
      assertEquals(first(secret, ONE), first(same, ONE));
    }
  }

  /** Whoever goes on with a job goes on in the same way. */
  @Test
  void whatDrawsFollowFromTravelsToo() {
    try (JobSecret fresh = JobSecret.fresh();
        JobSecret seeded = JobSecret.ofSeed(counting())) {
      for (JobSecret sent : new JobSecret[] {fresh, seeded}) {
        try (JobSecret received = JobSecret.ofBytes(sent.toBytes(ACCESS), ACCESS)) {
          assertEquals(first(sent, ONE), first(received, ONE));
          assertEquals(first(sent, OTHER), first(received, OTHER));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33, 64})
  void aSeedOfAnotherLengthIsRefused(int length) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> JobSecret.ofSeed(new byte[length]));

    assertEquals("The seed of a job has 32 bytes, not " + length, e.getMessage());
  }

  /** Of 32 bytes are those of a version whose draws followed from the secret alone. */
  @ParameterizedTest
  @ValueSource(ints = {0, 31, 32, 33, 34})
  void whatIsNoSecretOfThisVersionIsRefused(int length) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> JobSecret.ofBytes(new byte[length], ACCESS));

    assertTrue(e.getMessage().contains("these %d bytes".formatted(length)), e.getMessage());
  }

  @Test
  void theBytesNeedTheToken() {
    try (JobSecret secret = JobSecret.fresh()) {
      assertThrows(NullPointerException.class, () -> secret.toBytes(null));
      assertThrows(NullPointerException.class, () -> JobSecret.ofBytes(stored(), null));
    }
  }

  /**
   * The expected bytes are the SHA-256 of the label and the big-endian seed, computed apart from
   * this code.
   */
  @Test
  void theSecretsForTestsArePinned() {
    assertEquals(
        "47f841b340b58520d14f779804b22f8b440ea555b759029c61cfaa4eb97a537e", hexForTests(7));
    assertEquals(
        "709f6e31ba65fe678372305bc4f1ba4fc508f97f0ded72ef9a616a4d1718bef3", hexForTests(-1));
  }

  /** The expected digits are Python's hmac of the label, with the bytes from 0 to 31 as the key. */
  @Test
  void theCommitmentIsPinnedAndEverySecretHasItsOwn() {
    try (JobSecret secret = JobSecret.ofBytes(stored(), ACCESS);
        JobSecret other = JobSecret.fixedForTests(7)) {
      assertEquals(
          "1338b9c835532149ab42b5a9f8894a7fafe673ac014c66f0815a93831a9eb728", secret.commitment());
      assertNotEquals(secret.commitment(), other.commitment());
    }
  }

  @Test
  void closingWipesTheBytes() throws ReflectiveOperationException {
    JobSecret secret = JobSecret.ofBytes(stored(), ACCESS);
    Field field = JobSecret.class.getDeclaredField("seed");
    field.setAccessible(true);
    byte[] inside = (byte[]) field.get(secret);
    assertArrayEquals(counting(), inside);

    secret.close();

    assertArrayEquals(new byte[JobSecret.SEED_BYTES], inside);
  }

  @Test
  void aClosedSecretIsOfNoUse() {
    JobSecret secret = JobSecret.fresh();
    secret.close();
    secret.close();

    ClosedException e = assertThrows(ClosedException.class, () -> secret.toBytes(ACCESS));
    assertEquals("This job secret is closed", e.getMessage());
    assertThrows(ClosedException.class, () -> KeyedStream.open(secret, Purpose.DRAW));
    assertThrows(ClosedException.class, secret::commitment);
  }

  @Test
  void streamsOutliveTheSecret() {
    JobSecret secret = JobSecret.fixedForTests(7);
    KeyedStream early = KeyedStream.open(secret, Purpose.DRAW, 1);
    secret.close();

    try (JobSecret again = JobSecret.fixedForTests(7)) {
      assertEquals(KeyedStream.open(again, Purpose.DRAW, 1).nextLong(), early.nextLong());
    }
  }

  @Test
  void textShowsNothing() {
    try (JobSecret secret = JobSecret.ofBytes(stored(), ACCESS)) {
      assertEquals("JobSecret[hidden]", secret.toString());
      assertEquals("KeyedStream[hidden]", KeyedStream.open(secret, Purpose.HIDE).toString());
    }
  }

  @Test
  void nothingOfItCanBeSerialized() {
    try (JobSecret secret = JobSecret.fresh();
        WipedKey key = new WipedKey("AES", counting())) {
      for (Object object : new Object[] {secret, KeyedStream.open(secret, Purpose.DRAW), key}) {
        assertThrows(
            NotSerializableException.class,
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(object));
      }
    }
  }

  @Test
  void aKeyForOneCallIsWipedAfterIt() {
    byte[] bytes = counting();
    try (WipedKey key = new WipedKey("AES", bytes)) {
      assertArrayEquals(counting(), key.getEncoded());
      assertEquals("AES", key.getAlgorithm());
      assertEquals("RAW", key.getFormat());
    }

    assertArrayEquals(new byte[JobSecret.SEED_BYTES], bytes);
  }

  private static byte[] counting() {
    byte[] bytes = new byte[JobSecret.SEED_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  /**
   * As a secret is stored whose draws follow inputs; the checksum is the beginning of Python's
   * SHA-256 of all before it.
   */
  private static byte[] stored() {
    byte[] bytes = new byte[JobSecret.BYTES];
    bytes[0] = 4;
    System.arraycopy(counting(), 0, bytes, 1, JobSecret.SEED_BYTES);
    byte[] check = HexFormat.of().parseHex("d54a95987a256c8f");
    System.arraycopy(check, 0, bytes, 1 + JobSecret.SEED_BYTES, check.length);
    return bytes;
  }

  /** A job that began before secrets had checksums goes on. */
  @Test
  void aSecretThatWasStoredWithoutAChecksumIsTheSame() {
    byte[] before = Arrays.copyOf(stored(), 1 + JobSecret.SEED_BYTES);
    for (int kind : new int[] {2, 3}) {
      before[0] = (byte) kind;
      try (JobSecret secret = JobSecret.ofBytes(before, ACCESS)) {
        assertEquals(kind == 2, secret.followsInputs());
        assertArrayEquals(
            counting(), Arrays.copyOfRange(secret.toBytes(ACCESS), 1, 1 + JobSecret.SEED_BYTES));
      }
    }
    for (int kind : new int[] {0, 1, 4, 5}) {
      before[0] = (byte) kind;
      assertThrows(IllegalArgumentException.class, () -> JobSecret.ofBytes(before, ACCESS));
    }
  }

  @Test
  void aBitThatFlippedWhereItIsStoredIsNoticed() {
    for (int bit = Byte.SIZE; bit < JobSecret.BYTES * Byte.SIZE; bit++) {
      byte[] changed = stored();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

      assertThrows(
          DamagedSecretException.class, () -> JobSecret.ofBytes(changed, ACCESS), "bit " + bit);
    }
  }

  private static String hexForTests(int seed) {
    try (JobSecret secret = JobSecret.fixedForTests(seed)) {
      return HexFormat.of().formatHex(secret.toBytes(ACCESS), 1, 1 + JobSecret.SEED_BYTES);
    }
  }
}
