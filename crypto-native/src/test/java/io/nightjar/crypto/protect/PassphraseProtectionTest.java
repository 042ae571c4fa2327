package io.nightjar.crypto.protect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.protect.PassphraseProtection.Cost;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseProtectionTest {

  private static final int HEADER_BYTES = 46;
  private static final int MEMORY_AT = 5;
  private static final int ITERATIONS_AT = 9;
  private static final int PARALLELISM_AT = 13;
  private static final int LENGTH_AT = 42;

  /** Next to no work, so that there can be many tries. */
  private static final Cost CHEAP = new Cost(8, 1, 1);

  private static final byte[] SECRET = "the coefficients of s".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PARAMETERS = "their digest".getBytes(StandardCharsets.UTF_8);
  private static final String DOES_NOT_OPEN =
      "The protected secret does not open: the passphrase is wrong, or the bytes were changed, "
          + "or they belong to other parameters";

  @Test
  void aSecretComesBackAtTheDefaultCost() {
    char[] passphrase = "correct horse".toCharArray();
    byte[] secret = SECRET.clone();

    byte[] bytes = PassphraseProtection.protect(secret, passphrase, PARAMETERS, Cost.DEFAULT);

    assertArrayEquals(SECRET, PassphraseProtection.unprotect(bytes, passphrase, PARAMETERS));
    assertArrayEquals(SECRET, secret, "the caller's secret is left alone");
    assertArrayEquals("correct horse".toCharArray(), passphrase, "and so is the passphrase");
    assertEquals(64 * 1024, ByteBuffer.wrap(bytes).getInt(MEMORY_AT));
    assertEquals(3, ByteBuffer.wrap(bytes).getInt(ITERATIONS_AT));
    assertEquals(1, bytes[PARALLELISM_AT]);
  }

  @Property(tries = 100)
  void everySecretComesBack(
      @ForAll @Size(min = 1, max = 300) byte[] secret, @ForAll @Size(max = 50) byte[] associated) {
    char[] passphrase = "pä\uD83D\uDD11".toCharArray();

    byte[] bytes = PassphraseProtection.protect(secret, passphrase, associated, CHEAP);

    assertArrayEquals(secret, PassphraseProtection.unprotect(bytes, passphrase, associated));
  }

  @Test
  void noTwoResultsShareSaltNonceOrCiphertext() {
    byte[] one = protect();
    byte[] two = protect();

    assertFalse(Arrays.equals(one, 14, 30, two, 14, 30), "salt");
    assertFalse(Arrays.equals(one, 30, 42, two, 30, 42), "nonce");
    assertFalse(
        Arrays.equals(one, HEADER_BYTES, one.length, two, HEADER_BYTES, two.length), "ciphertext");
  }

  /** Computed apart from this code, with the reference implementation of Argon2 and OpenSSL. */
  @Test
  void theFormatIsPinned() {
    byte[] salt = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    byte[] nonce = HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9fafb");
    char[] passphrase = "Schlüssel".toCharArray();

    byte[] bytes =
        PassphraseProtection.protectWith(
            SECRET, passphrase, PARAMETERS, new Cost(64, 2, 2), salt, nonce);

    assertEquals(
        "4e4a534b01000000400000000202000102030405060708090a0b0c0d0e0ff0f1f2f3f4f5"
            + "f6f7f8f9fafb00000025756ceb3e7c22c67719ab3e020929c6ec0587333764be10005494"
            + "2a020eb8f975b1a851b324",
        HexFormat.of().formatHex(bytes));
    assertArrayEquals(SECRET, PassphraseProtection.unprotect(bytes, passphrase, PARAMETERS));
  }

  @Test
  void anotherPassphraseOrOtherAssociatedDataDoNotOpenIt() {
    byte[] bytes = protect();

    assertRefused(
        DOES_NOT_OPEN,
        () -> PassphraseProtection.unprotect(bytes, "Secret".toCharArray(), PARAMETERS));
    assertRefused(
        DOES_NOT_OPEN,
        () -> PassphraseProtection.unprotect(bytes, "secret".toCharArray(), new byte[0]));
  }

  @Test
  void aWrongPassphraseAndTamperingLookTheSame() {
    byte[] bytes = protect();
    byte[] tampered = bytes.clone();
    tampered[tampered.length - 1] ^= 1;

    Throwable wrong =
        assertThrows(
            KeyProtectionException.class,
            () -> PassphraseProtection.unprotect(bytes, "x".toCharArray(), PARAMETERS));
    Throwable changed = assertThrows(KeyProtectionException.class, () -> unprotect(tampered));

    assertEquals(wrong.getMessage(), changed.getMessage());
    assertNull(wrong.getCause());
    assertNull(changed.getCause());
  }

  @Test
  void noChangedByteGoesUnnoticed() {
    byte[] bytes = protect();
    for (int i = 0; i < bytes.length; i++) {
      for (int mask : new int[] {0x01, 0x02, 0x10, 0x80, 0xff}) {
        byte[] changed = bytes.clone();
        changed[i] ^= (byte) mask;
        assertThrows(
            KeyProtectionException.class,
            () -> unprotect(changed),
            "byte %d changed by %02x".formatted(i, mask));
      }
    }
  }

  @Test
  void noTruncationGoesUnnoticed() {
    byte[] bytes = protect();
    for (int length = 0; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      var e = assertThrows(KeyProtectionException.class, () -> unprotect(truncated));
      assertTrue(e.getMessage().contains("runcated"), e.getMessage());
    }
    assertRefused(
        "Truncated protected secret: 45 bytes, its header alone has 46",
        () -> unprotect(Arrays.copyOf(bytes, 45)));
    assertRefused(
        "Protected secret is truncated: its header announces 37 bytes of ciphertext, 36 follow",
        () -> unprotect(Arrays.copyOf(bytes, bytes.length - 1)));
    assertRefused(
        "Protected secret is too long: its header announces 37 bytes of ciphertext, 38 follow",
        () -> unprotect(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Test
  void somethingElseIsNamedAsSuch() {
    assertRefused(
        "Truncated protected secret: 0 bytes, its header alone has 46",
        () -> unprotect(new byte[0]));
    assertRefused(
        "Not a protected secret: it starts with bytes 504b0304, not 4e4a534b (\"NJSK\")",
        () -> unprotect(new byte[] {0x50, 0x4b, 3, 4, 0, 0}));
    byte[] newer = protect();
    newer[4] = (byte) 200;
    assertRefused(
        "Protected secret of format version 200: this release reads only 1",
        () -> unprotect(newer));
  }

  @Property(tries = 500)
  void arbitraryBytesAfterTheMagicAreRefused(@ForAll @Size(max = 100) byte[] rest) {
    byte[] bytes = Arrays.copyOf("NJSK".getBytes(StandardCharsets.US_ASCII), 4 + rest.length);
    System.arraycopy(rest, 0, bytes, 4, rest.length);

    assertThrows(KeyProtectionException.class, () -> unprotect(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "5, 262145, 'Argon2 memory in KiB 262145: it must be from 8 to 262144'",
    "5, 2147483647, 'Argon2 memory in KiB 2147483647: it must be from 8 to 262144'",
    "5, -1, 'Argon2 memory in KiB -1: it must be from 8 to 262144'",
    "5, 7, 'Argon2 memory in KiB 7: it must be from 8 to 262144'",
    "9, 0, 'Argon2 iterations 0: it must be from 1 to 16'",
    "9, 17, 'Argon2 iterations 17: it must be from 1 to 16'",
    "9, -2147483648, 'Argon2 iterations -2147483648: it must be from 1 to 16'",
    "42, 16, 'Protected secret with a ciphertext of 16 bytes: it must have from 17 to 67108880'",
    "42, -1, "
        + "'Protected secret with a ciphertext of 4294967295 bytes: it must have from 17 to 67108880'"
  })
  void aHostileHeaderIsRefusedBeforeAnyWork(int at, int value, String message) {
    byte[] bytes = protect();
    ByteBuffer.wrap(bytes).putInt(at, value);

    assertTimeout(Duration.ofSeconds(1), () -> assertRefused(message, () -> unprotect(bytes)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'Argon2 parallelism 0: it must be from 1 to 16'",
    "255, 'Argon2 parallelism 255: it must be from 1 to 16'",
    "2, 'Argon2 memory in KiB 8: it must be from 16 to 262144'"
  })
  void aHostileParallelismIsRefusedBeforeAnyWork(int value, String message) {
    byte[] bytes = protect();
    bytes[PARALLELISM_AT] = (byte) value;

    assertTimeout(Duration.ofSeconds(1), () -> assertRefused(message, () -> unprotect(bytes)));
  }

  @Test
  void theOffsetsOfTheseTestsAreThoseOfTheFormat() {
    ByteBuffer bytes = ByteBuffer.wrap(protect());

    assertEquals(CHEAP.memoryKib(), bytes.getInt(MEMORY_AT));
    assertEquals(CHEAP.iterations(), bytes.getInt(ITERATIONS_AT));
    assertEquals(CHEAP.parallelism(), bytes.get(PARALLELISM_AT));
    assertEquals(bytes.capacity() - HEADER_BYTES, bytes.getInt(LENGTH_AT));
  }

  @Test
  void anEmptyPassphraseIsRefused() {
    byte[] bytes = protect();
    String message = "Empty passphrase: give at least one character";

    assertRefused(
        message, () -> PassphraseProtection.protect(SECRET, new char[0], PARAMETERS, CHEAP));
    assertRefused(message, () -> PassphraseProtection.unprotect(bytes, new char[0], PARAMETERS));
  }

  @Test
  void aPassphraseThatIsNotUnicodeIsRefused() {
    assertRefused(
        "The passphrase is not Unicode text: it has an unpaired surrogate",
        () -> PassphraseProtection.protect(SECRET, new char[] {'a', '\uD83D'}, PARAMETERS, CHEAP));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, PassphraseProtection.MAX_SECRET_BYTES + 1})
  void anEmptyOrHugeSecretIsRefused(int length) {
    assertRefused(
        "Secret of %d bytes: it must have from 1 to 67108864".formatted(length),
        () ->
            PassphraseProtection.protect(
                new byte[length], "secret".toCharArray(), PARAMETERS, CHEAP));
  }

  private static byte[] protect() {
    return PassphraseProtection.protect(SECRET, "secret".toCharArray(), PARAMETERS, CHEAP);
  }

  private static byte[] unprotect(byte[] bytes) {
    return PassphraseProtection.unprotect(bytes, "secret".toCharArray(), PARAMETERS);
  }

  private static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(KeyProtectionException.class, action).getMessage());
  }
}
