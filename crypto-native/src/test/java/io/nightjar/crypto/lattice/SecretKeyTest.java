package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.crypto.protect.PassphraseProtection.Cost;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret key decrypts, and cannot get anywhere that nobody asked for. */
class SecretKeyTest {

  private static final char[] PASSPHRASE = "correct horse".toCharArray();
  private static final IntegerColumns INTEGERS = TestBlocks.smallIntegers(new Random(1), 2, 5, 8);

  private long handlesBefore;
  private HeContext context;
  private SecretKey key;

  @BeforeEach
  void open() {
    handlesBefore = NativeMemory.openHandles();
    context = HeContext.open(TestBlocks.TINY_BFV);
    key = SecretKey.generate(context);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    key.close();
    context.close();
    assertEquals(handlesBefore, NativeMemory.openHandles());
  }

  // --- it stays here -------------------------------------------------------------------------

  @Test
  void itCannotBeSerializedAndNeitherCanWhatHoldsIt() throws Exception {
    record Closure(String name, Object captured) implements Serializable {}

    try (PublicKey publicKey = key.publicKey(context);
        RelinearisationKey relinearisationKey = key.relinearisationKey(context)) {
      List<Object> holders =
          List.of(
              key,
              new Closure("task", key),
              new Object[] {key},
              Map.of("key", key),
              new BlockEncryptor(context, key),
              new BlockDecryptor(context, key));
      for (Object holder : holders) {
        assertThrows(NotSerializableException.class, () -> serialize(holder));
      }
      assertEquals(
          SecretKey.class.getName(),
          assertThrows(NotSerializableException.class, () -> serialize(new Closure("task", key)))
              .getMessage());
      // The keys that may travel do so as blocks, not by accident.
      assertThrows(NotSerializableException.class, () -> serialize(publicKey));
      assertThrows(NotSerializableException.class, () -> serialize(relinearisationKey));
    }
    assertTrue(serialize(new Closure("task", "no key")).length > 0);
  }

  /** Reflective serializers, as Kryo's, look at fields: there is nothing in them but an address. */
  @Test
  void noFieldOfItLeadsToSerializableKeyMaterial() throws Exception {
    Set<Class<?>> seen = new HashSet<>();
    for (Object reachable : reachable(key)) {
      Class<?> type = reachable.getClass();
      if (reachable instanceof HeParameters) {
        continue; // public
      }
      seen.add(type);
      assertFalse(type.isArray(), () -> "an array: " + type);
      assertFalse(
          type.getName().startsWith("io.nightjar.") && reachable instanceof Serializable,
          () -> type + " is serializable");
    }
    assertTrue(seen.contains(NativeHandle.class), "the search found what there is to find");
  }

  @Test
  void neitherItsTextNorAnyFailureShowsItsBytes() {
    byte[] raw = rawBytes(key);
    byte[] wrong = raw.clone();
    wrong[3] = (byte) 0xff;
    byte[] longer = Arrays.copyOf(raw, raw.length + 1);
    byte[] sealed = key.protect(context, PASSPHRASE, Cost.LEAST);

    assertShowsNothing(raw, key.toString());
    assertShowsNothing(
        raw,
        trace(
            assertThrows(
                IllegalArgumentException.class,
                () -> SecretKey.fromBytes(context, wrong, RawSecretAccess.granted()))));
    assertShowsNothing(
        raw,
        trace(
            assertThrows(
                IllegalArgumentException.class,
                () -> SecretKey.fromBytes(context, longer, RawSecretAccess.granted()))));
    assertShowsNothing(
        raw,
        trace(
            assertThrows(
                KeyProtectionException.class,
                () -> SecretKey.unprotect(context, sealed, "wrong".toCharArray()))));
    try (HeContext other = HeContext.open(TestBlocks.smallBfv(128))) {
      assertShowsNothing(
          raw,
          trace(
              assertThrows(
                  WrongContextException.class,
                  () -> key.toBytes(other, RawSecretAccess.granted()))));
    }
    key.close();
    assertShowsNothing(raw, key.toString());
    assertShowsNothing(
        raw,
        trace(
            assertThrows(
                ClosedException.class, () -> key.toBytes(context, RawSecretAccess.granted()))));
  }

  /**
   * By the signatures: a reviewer who greps for the token finds every place that sees raw bytes.
   */
  @Test
  void rawBytesGoInAndOutOnlyBesideTheAccessToken() {
    int guarded = 0;
    for (Class<?> type : List.of(SecretKey.class, EncryptionKey.class, NativeHandle.class)) {
      for (Method method : type.getDeclaredMethods()) {
        boolean bytes =
            method.getReturnType().equals(byte[].class)
                || List.of(method.getParameterTypes()).contains(byte[].class);
        boolean hidden = Modifier.isPrivate(method.getModifiers()) || method.isSynthetic();
        if (!bytes || hidden) {
          continue;
        }
        boolean token = List.of(method.getParameterTypes()).contains(RawSecretAccess.class);
        boolean passphrase = List.of(method.getParameterTypes()).contains(char[].class);
        assertTrue(token || passphrase, method::toString);
        guarded += token ? 1 : 0;
      }
    }
    assertEquals(2, guarded, "toBytes and fromBytes");
    assertEquals(0, RawSecretAccess.class.getConstructors().length);
  }

  // --- it comes back -------------------------------------------------------------------------

  @Test
  void itsRawBytesAreTheWholeKey() {
    try (CipherBlock block = encrypt(key);
        SecretKey again = SecretKey.fromBytes(context, rawBytes(key), RawSecretAccess.granted())) {
      assertArrayEquals(rawBytes(key), rawBytes(again));
      assertArrayEquals(INTEGERS.values(), decrypt(again, block));
    }
  }

  /** Two bits a coefficient: 0, 1 and 2 are -1, 0 and 1. */
  @Test
  void aFreshKeyIsTernaryAndDifferentEachTime() {
    try (HeContext large = HeContext.open(TestBlocks.OPEN);
        SecretKey one = SecretKey.generate(large);
        SecretKey two = SecretKey.generate(large)) {
      byte[] raw = one.toBytes(large, RawSecretAccess.granted());
      int[] counts = new int[4];
      for (int j = 0; j < 2048; j++) {
        counts[raw[j / 4] >> (2 * (j % 4)) & 3]++;
      }

      assertEquals(2048 / 4, raw.length);
      assertFalse(Arrays.equals(raw, two.toBytes(large, RawSecretAccess.granted())));
      assertEquals(0, counts[3]);
      for (int code = 0; code < 3; code++) {
        // Eight standard deviations.
        assertEquals(2048 / 3.0, counts[code], 8 * Math.sqrt(2048 * 2 / 9.0));
      }
    }
  }

  @Test
  void anotherKeyDecryptsToNothing() {
    try (SecretKey other = SecretKey.generate(context);
        CipherBlock block = encrypt(key)) {
      BlockDecryptor.Integers found = new BlockDecryptor(context, other).decrypt(block);

      assertFalse(Arrays.equals(INTEGERS.values(), found.columns().values()));
      assertTrue(found.noiseMarginBits() < 1, "and the margin says so");
    }
  }

  @Test
  void protectionComesOffWithThePassphraseAndLeavesNoTraceOfTheKey() {
    byte[] raw = rawBytes(key);
    byte[] sealed = key.protect(context, PASSPHRASE, Cost.LEAST);

    try (CipherBlock block = encrypt(key);
        SecretKey again = SecretKey.unprotect(context, sealed, PASSPHRASE)) {
      assertArrayEquals(raw, rawBytes(again));
      assertArrayEquals(INTEGERS.values(), decrypt(again, block));
    }
    assertShowsNothing(raw, HexFormat.of().formatHex(sealed));
    assertFalse(
        Arrays.equals(sealed, key.protect(context, PASSPHRASE, Cost.LEAST)),
        "fresh salt and nonce");
    assertArrayEquals("correct horse".toCharArray(), PASSPHRASE, "the caller's to wipe");
  }

  @Test
  void theWrongPassphraseOtherParametersAndChangedBytesAreRefused() {
    byte[] sealed = key.protect(context, PASSPHRASE, Cost.LEAST);
    byte[] changed = sealed.clone();
    changed[changed.length - 1] ^= 1;
    // The same ring, so the bytes would be a key there too.
    var parameters = HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44, 44), 1L << 20);

    try (HeContext other = HeContext.open(parameters)) {
      assertThrows(
          KeyProtectionException.class,
          () -> SecretKey.unprotect(context, sealed, "Correct horse".toCharArray()));
      assertThrows(
          KeyProtectionException.class, () -> SecretKey.unprotect(other, sealed, PASSPHRASE));
      assertThrows(
          KeyProtectionException.class, () -> SecretKey.unprotect(context, changed, PASSPHRASE));
      assertThrows(
          KeyProtectionException.class,
          () -> SecretKey.unprotect(context, rawBytes(key), PASSPHRASE),
          "a key that nobody protected");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 17, 64, 1000})
  void bytesOfTheWrongLengthAreNoKey(int length) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> SecretKey.fromBytes(context, new byte[length], RawSecretAccess.granted()));

    assertTrue(e.getMessage().contains("has 16 bytes, not " + length), e.getMessage());
  }

  @Test
  void aCoefficientThatIsNotTernaryIsNoKey() {
    for (int coefficient = 0; coefficient < 64; coefficient++) {
      byte[] bytes = rawBytes(key);
      bytes[coefficient / 4] |= (byte) (3 << (2 * (coefficient % 4)));

      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> SecretKey.fromBytes(context, bytes, RawSecretAccess.granted()));
      assertTrue(e.getMessage().contains("-1, 0 or 1"), e.getMessage());
    }
  }

  @Test
  void theBytesGivenAndReturnedAreTheCallersToWipe() {
    byte[] raw = rawBytes(key);
    try (CipherBlock block = encrypt(key);
        SecretKey again = SecretKey.fromBytes(context, raw, RawSecretAccess.granted())) {
      Arrays.fill(raw, (byte) 0);

      assertArrayEquals(INTEGERS.values(), decrypt(again, block));
    }
  }

  private CipherBlock encrypt(SecretKey encrypting) {
    return new BlockEncryptor(context, encrypting)
        .encrypt(INTEGERS, Packing.COEFFICIENTS, Form.NTT);
  }

  private long[] decrypt(SecretKey decrypting, CipherBlock block) {
    return new BlockDecryptor(context, decrypting).decrypt(block).columns().values();
  }

  private byte[] rawBytes(SecretKey of) {
    return of.toBytes(context, RawSecretAccess.granted());
  }

  private static byte[] serialize(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** No eight bytes of the key in a row, in any of the usual spellings. */
  private static void assertShowsNothing(byte[] raw, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (int from = 0; from + 8 <= raw.length; from++) {
      byte[] part = Arrays.copyOfRange(raw, from, from + 8);
      assertFalse(lower.contains(HexFormat.of().formatHex(part)), () -> "hex in " + text);
      String decimals = Arrays.toString(part);
      assertFalse(
          text.contains(decimals.substring(1, decimals.length() - 1)), () -> "bytes in " + text);
    }
    for (int from = 0; from + 9 <= raw.length; from += 3) {
      String base64 = Base64.getEncoder().encodeToString(Arrays.copyOfRange(raw, from, from + 9));
      assertFalse(text.contains(base64), () -> "base64 in " + text);
    }
  }

  /** Every object that the fields of one lead to, within this package and the JDK's containers. */
  private static Set<Object> reachable(Object from) throws IllegalAccessException {
    Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Object next = open.pop();
      if (!found.add(next) || next instanceof HeParameters) {
        continue;
      }
      for (Class<?> type = next.getClass(); type != null; type = type.getSuperclass()) {
        // The JDK's own classes keep their fields to themselves, and hold nothing of ours here.
        if (!type.getName().startsWith("io.nightjar.")) {
          break;
        }
        for (Field field : type.getDeclaredFields()) {
          boolean reference =
              !field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers());
          if (reference && !field.isSynthetic()) {
            field.setAccessible(true);
            Object value = field.get(next);
            if (value != null) {
              open.push(value);
            }
          }
        }
      }
    }
    return found;
  }
}
