package io.nightjar.crypto.paillier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.protect.PassphraseProtection.Cost;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret key gets nowhere that nobody asked for, and bad keys are refused. */
class PaillierKeyTest {

  private static final char[] PASSPHRASE = "correct horse".toCharArray();

  @Test
  void theTextOfParametersIsForPeople() {
    assertEquals(
        "Paillier, 3072-bit modulus, 128-bit classical security",
        new PaillierParameters(3072, 40).toString());
    assertEquals(
        "Paillier, 2048-bit modulus, 112-bit classical security",
        new PaillierParameters(2048, 40).toString());
    assertEquals(
        "Paillier, 512-bit modulus, INSECURE, for tests only",
        new PaillierParameters(512, 21).toString());
  }

  @Test
  void aKeyComesBackUnderItsPassphraseAndParametersOnly() {
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      byte[] guarded = key.protect(PASSPHRASE, Cost.LEAST);
      try (PaillierSecretKey opened =
          PaillierSecretKey.unprotect(TestPaillier.PARAMETERS, guarded, PASSPHRASE)) {
        assertEquals(key.publicKey().modulus(), opened.publicKey().modulus());
      }
      PaillierParameters others = new PaillierParameters(512, 21);
      assertThrows(
          KeyProtectionException.class,
          () -> PaillierSecretKey.unprotect(others, guarded, PASSPHRASE));
      assertThrows(
          KeyProtectionException.class,
          () ->
              PaillierSecretKey.unprotect(
                  TestPaillier.PARAMETERS, guarded, "another".toCharArray()));
    }
  }

  @Test
  void itCannotBeSerialized() {
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      for (Object holder :
          List.of(
              key,
              key.seed(EncryptionName.draw(BlockLabel.NONE)),
              new PaillierEncryptor(key),
              new PaillierDecryptor(key),
              new Object[] {key})) {
        assertThrows(
            NotSerializableException.class,
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(holder));
      }
    }
  }

  /** Reflective serializers look at fields: there is nothing secret in them but addresses. */
  @ParameterizedTest
  @EnumSource(PaillierArithmetic.class)
  void noFieldOfItLeadsToAPrime(PaillierArithmetic arithmetic) throws Exception {
    try (PaillierSecretKey key = TestPaillier.key(arithmetic)) {
      BigInteger n = key.publicKey().modulus();
      int numbers = 0;
      for (Object reachable : reachable(key)) {
        if (reachable instanceof BigInteger number) {
          numbers++;
          BigInteger common = number.gcd(n);
          assertTrue(common.equals(BigInteger.ONE) || common.equals(n), "a factor of n");
        }
        assertFalse(reachable instanceof byte[] bytes && bytes.length > 32, "bytes of a number");
      }
      assertTrue(numbers >= 2, "the search found n and its square");
      assertFalse(key.toString().contains(key.primes().p.toString(16)));
    }
  }

  private static Set<Object> reachable(Object root) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      Object object = open.pop();
      if (!seen.add(object) || !object.getClass().getName().startsWith("io.nightjar.")) {
        continue;
      }
      for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && !field.getType().isPrimitive()
              && type.getName().startsWith("io.nightjar.")) {
            field.setAccessible(true);
            if (field.get(object) != null) {
              open.push(field.get(object));
            }
          }
        }
      }
    }
    return seen;
  }

  @Test
  void primesThatAreNotAreRefused() {
    byte[] good;
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      good = key.toBytes(RawSecretAccess.granted());
    }
    byte[] composite = good.clone();
    composite[31] ^= 2;
    byte[] even = good.clone();
    even[63] ^= 1;
    byte[] twice = good.clone();
    System.arraycopy(good, 0, twice, 32, 32);
    byte[] small = good.clone();
    small[0] = 0;
    for (byte[] bad : List.of(composite, even, twice, small, Arrays.copyOf(good, 63))) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              PaillierSecretKey.fromBytes(TestPaillier.PARAMETERS, bad, RawSecretAccess.granted()));
    }
  }

  @Test
  void aPublicKeySurvivesTheWireAndNoChangedByteDoes() {
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      byte[] bytes = key.publicKey().toBytes();
      try (PaillierPublicKey read = PaillierPublicKey.read(TestPaillier.PARAMETERS, bytes)) {
        assertEquals(key.publicKey().digest(), read.digest());
        assertArrayEquals(bytes, read.toBytes());
      }
      for (int i = 0; i < bytes.length; i++) {
        byte[] changed = bytes.clone();
        changed[i] ^= 4;
        assertThrows(
            InvalidBlockException.class,
            () -> PaillierPublicKey.read(TestPaillier.PARAMETERS, changed));
      }
      assertThrows(
          InvalidBlockException.class,
          () -> PaillierPublicKey.read(new PaillierParameters(512, 21), bytes));
      assertThrows(
          InvalidBlockException.class,
          () -> PaillierPublicKey.read(TestPaillier.PARAMETERS, Arrays.copyOf(bytes, 40)));
    }
  }

  @Test
  void moduliThatAreNoProductsOfTwoPrimesAreRefused() {
    BigInteger prime = BigInteger.ONE.shiftLeft(511).nextProbablePrime();
    BigInteger half = BigInteger.valueOf(3).shiftLeft(254).nextProbablePrime();
    assertRefused(prime, "a prime or a square");
    assertRefused(half.multiply(half), "a prime or a square");
    assertRefused(BigInteger.ONE.shiftLeft(511), "divisible by 2");
    assertRefused(
        BigInteger.ONE
            .shiftLeft(511)
            .divide(BigInteger.valueOf(65521))
            .nextProbablePrime()
            .multiply(BigInteger.valueOf(65521)),
        "divisible by 65521");
    assertRefused(BigInteger.ONE.shiftLeft(500), "has 501 bits, not 512");
  }

  private static void assertRefused(BigInteger modulus, String why) {
    PaillierParameters parameters = TestPaillier.PARAMETERS;
    byte[] bytes;
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      bytes = key.publicKey().toBytes();
    }
    int at = bytes.length - Integer.BYTES;
    byte[] number = LargeNumbers.of(modulus, parameters.plaintextBytes());
    System.arraycopy(number, 0, bytes, at - number.length, number.length);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, at);
    ByteBuffer.wrap(bytes).putInt(at, (int) checksum.getValue());
    InvalidBlockException e =
        assertThrows(InvalidBlockException.class, () -> PaillierPublicKey.read(parameters, bytes));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 513, 1000, 4160, 8192})
  void moduliOfOtherLengthsAreRefused(int bits) {
    assertThrows(InvalidParametersException.class, () -> new PaillierParameters(bits, 20));
  }

  @Test
  void parametersSayHowManyRecordsFit() {
    PaillierParameters parameters = new PaillierParameters(3072, 24);
    assertEquals(127, parameters.fields());
    assertEquals(1016, parameters.batchSize());
    assertEquals(768, parameters.ciphertextBytes());
    assertEquals(1, parameters.lanes(127));
    assertEquals(2, parameters.lanes(128));
    assertEquals(8, parameters.lanes(1016));
    assertTrue(parameters.isSecure());
    assertFalse(TestPaillier.PARAMETERS.isSecure());
    assertFalse(parameters.digest().equals(new PaillierParameters(3072, 25).digest()));
    assertThrows(IllegalArgumentException.class, () -> parameters.lanes(1017));
    assertThrows(InvalidParametersException.class, () -> new PaillierParameters(3072, 63));
  }
}
