package io.nightjar.crypto.naive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.TestBlocks;
import io.nightjar.crypto.natives.NativeMemory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NaiveSealCipherTest {

  private static final long PLAIN_MODULUS = TestBlocks.TINY_OPEN.plainModulus();

  private long handlesBefore;
  private HeContext context;

  @BeforeEach
  void open() {
    handlesBefore = NativeMemory.openHandles();
    context = HeContext.open(TestBlocks.TINY_OPEN);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    context.close();
    assertEquals(handlesBefore, NativeMemory.openHandles());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 37, 64})
  void decryptsWhatItEncrypted(int records) {
    IntegerColumns values = TestBlocks.integers(new Random(records), 5, records, PLAIN_MODULUS);
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      cipher.encrypt(values);

      IntegerColumns decrypted = cipher.decrypt(records);

      assertEquals(5, decrypted.columns());
      assertArrayEquals(values.values(), decrypted.values());
    }
  }

  @Test
  void takesAnOddPlainModulusAndSeveralPrimesToo() {
    HeParameters parameters = TestBlocks.TINY_BFV;
    IntegerColumns values = TestBlocks.integers(new Random(3), 3, 64, parameters.plainModulus());
    try (HeContext other = HeContext.open(parameters);
        NaiveSealCipher cipher = new NaiveSealCipher(other)) {
      cipher.encrypt(values);

      assertArrayEquals(values.values(), cipher.decrypt(64).values());
    }
  }

  @Test
  void coefficientsBeyondTheRecordsAreZero() {
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      cipher.encrypt(new IntegerColumns(1, 2, new long[] {-7, 9}));

      long[] all = cipher.decrypt(64).values();

      assertArrayEquals(new long[] {-7, 9}, Arrays.copyOf(all, 2));
      assertTrue(Arrays.stream(all, 2, 64).allMatch(value -> value == 0));
    }
  }

  @Test
  void holdsOnlyWhatItEncryptedLast() {
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      cipher.encrypt(new IntegerColumns(3, 1, new long[] {1, 2, 3}));
      cipher.encrypt(new IntegerColumns(2, 1, new long[] {4, 5}));

      assertArrayEquals(new long[] {4, 5}, cipher.decrypt(1).values());
    }
  }

  @Test
  void refusesAValueThatDoesNotFitAndKeepsWhatItHeld() {
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      cipher.encrypt(new IntegerColumns(1, 1, new long[] {42}));
      for (long value : new long[] {PLAIN_MODULUS / 2, -PLAIN_MODULUS / 2 - 1, Long.MIN_VALUE}) {
        IntegerColumns values = new IntegerColumns(2, 2, new long[] {0, 1, 2, value});

        IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> cipher.encrypt(values));

        String named = "value %d of record 1, column 1".formatted(value);
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
      }
      assertArrayEquals(new long[] {42}, cipher.decrypt(1).values());
    }
  }

  @Test
  void refusesRecordsThatNoColumnHolds() {
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      IntegerColumns tooMany = new IntegerColumns(1, 65, new long[65]);
      assertThrows(IllegalArgumentException.class, () -> cipher.encrypt(tooMany));
      cipher.encrypt(new IntegerColumns(1, 1, new long[1]));

      assertThrows(IllegalArgumentException.class, () -> cipher.decrypt(65));
      assertThrows(IllegalArgumentException.class, () -> cipher.decrypt(0));
    }
  }

  @Test
  void hasNothingToDecryptAtFirst() {
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      assertThrows(IllegalStateException.class, () -> cipher.decrypt(1));
    }
  }

  @Test
  void takesNoNull() {
    assertThrows(NullPointerException.class, () -> new NaiveSealCipher(null));
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      assertThrows(NullPointerException.class, () -> cipher.encrypt(null));
    }
  }

  @Test
  void refusesCkks() {
    try (HeContext ckks = HeContext.open(TestBlocks.TINY_CKKS)) {
      WrongContextException refused =
          assertThrows(WrongContextException.class, () -> new NaiveSealCipher(ckks));

      assertTrue(refused.getMessage().contains("needs BFV"), refused.getMessage());
    }
  }

  @Test
  void isOfNoUseOnceClosed() {
    NaiveSealCipher cipher = new NaiveSealCipher(context);
    IntegerColumns values = new IntegerColumns(1, 1, new long[1]);
    cipher.encrypt(values);
    cipher.close();

    ClosedException refused = assertThrows(ClosedException.class, () -> cipher.decrypt(1));
    assertTrue(refused.getMessage().contains("naive cipher"), refused.getMessage());
    assertThrows(ClosedException.class, () -> cipher.encrypt(values));
    cipher.close();
  }

  @Test
  void cannotBeMadeInAClosedContextButOutlivesIt() {
    try (NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      context.close();

      cipher.encrypt(new IntegerColumns(1, 1, new long[] {6}));

      assertEquals(6, cipher.decrypt(1).get(0, 0));
      assertThrows(ClosedException.class, () -> new NaiveSealCipher(context));
    }
  }
}
