package io.nightjar.crypto.paillier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CancelledException;
import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.NativeMemory;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encrypted layers give what layers in the clear give, whatever computes them. */
class PaillierTest {

  /** A random layer, with gaps, and columns that it fits. */
  private static final class Example {
    final IntegerColumns input;
    final IntegerLayer layer;

    Example(Random random, PaillierParameters parameters) {
      int columns = 1 + random.nextInt(6);
      int records = 1 + random.nextInt(parameters.batchSize());
      int rows = 1 + random.nextInt(4);
      int terms = 1 + random.nextInt(8);
      int gathers = 1 + random.nextInt(3);
      int largest = 1 << random.nextInt(8);
      int[] weights = random.ints((long) rows * terms, -largest, largest + 1).toArray();
      int[] gathered =
          random.ints((long) gathers * terms, IntegerLayer.NO_COLUMN, columns).toArray();
      long[] biases = random.longs(rows, -1000, 1001).toArray();
      this.input = TestPaillier.integers(random, columns, records, 255);
      this.layer = IntegerLayer.of(rows, terms, weights, gathered).withBias(biases);
    }
  }

  @Property(tries = 25)
  void decryptingAnEncryptedLayerGivesTheLayerInTheClear(@ForAll long seed) {
    Random random = new Random(seed);
    Example example = new Example(random, TestPaillier.PARAMETERS);
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL);
        PaillierEvaluator evaluator = TestPaillier.evaluator(key.publicKey(), random)) {
      PaillierBlock encrypted = new PaillierEncryptor(key).encrypt(example.input);
      PaillierDecryptor decryptor = new PaillierDecryptor(key);
      assertArrayEquals(example.input.values(), decryptor.decrypt(encrypted).values());

      PaillierBlock result = TestPaillier.apply(evaluator, example.layer, encrypted, random);
      assertArrayEquals(
          example.layer.evaluate(example.input).values(), decryptor.decrypt(result).values());
    }
  }

  @Property(tries = 4)
  void kernelGmpAndJavaGiveTheSameCiphertextsAndPlaintexts(@ForAll long seed) {
    Example example = new Example(new Random(seed), TestPaillier.PARAMETERS);
    byte[] input;
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      input = new PaillierEncryptor(key).encrypt(example.input).numbers();
    }
    Set<BigInteger> results = new HashSet<>();
    for (PaillierArithmetic arithmetic : PaillierArithmetic.values()) {
      Random random = new Random(seed);
      try (PaillierSecretKey key = TestPaillier.key(arithmetic);
          PaillierEvaluator evaluator = TestPaillier.evaluator(key.publicKey(), random)) {
        PaillierBlock block =
            new PaillierBlock(
                key.publicKey(), example.input.columns(), example.input.records(), input);
        PaillierBlock result = TestPaillier.apply(evaluator, example.layer, block, random);
        results.add(new BigInteger(1, result.numbers()));
        assertArrayEquals(
            example.layer.evaluate(example.input).values(),
            new PaillierDecryptor(key).decrypt(result).values());
      }
    }
    assertEquals(1, results.size());
  }

  @ParameterizedTest
  @EnumSource(PaillierArithmetic.class)
  void everyArithmeticEncryptsForTheOthers(PaillierArithmetic arithmetic) {
    IntegerColumns values = TestPaillier.integers(new Random(1), 2, 3, 1 << 18);
    try (PaillierSecretKey key = TestPaillier.key(arithmetic);
        PaillierSecretKey other = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      PaillierBlock block = new PaillierEncryptor(key).encrypt(values);
      assertArrayEquals(values.values(), new PaillierDecryptor(other).decrypt(block).values());
    }
  }

  @Test
  void processorsWithoutWideInstructionsGetTheSame() {
    Example example = new Example(new Random(4), TestPaillier.PARAMETERS);
    byte[] wide = result(example, Kernel.preferred());
    for (Kernel kernel : Kernel.available()) {
      assertArrayEquals(wide, result(example, kernel), kernel.name());
    }
  }

  /** The powers of a layer over numbers that are no encryptions of anything. */
  private static byte[] result(Example example, Kernel kernel) {
    String before = System.getProperty(Kernel.PROPERTY, "");
    System.setProperty(Kernel.PROPERTY, kernel.name());
    Random random = new Random(5);
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL);
        PaillierEvaluator evaluator = TestPaillier.evaluator(key.publicKey(), random)) {
      int lanes = TestPaillier.PARAMETERS.lanes(example.input.records());
      byte[] units = new byte[example.input.columns() * lanes * 128];
      random.nextBytes(units);
      for (int i = 0; i < units.length; i += 128) {
        units[i] = 0; // below n^2, and a unit but for a chance of 2^-250
      }
      PaillierBlock block =
          new PaillierBlock(
              key.publicKey(), example.input.columns(), example.input.records(), units);
      PaillierBlock result = TestPaillier.apply(evaluator, example.layer, block, random);
      byte[] exponent = {1, 2, 3};
      return key.publicKey().ring().powers(result.numbers(), exponent, () -> false);
    } finally {
      System.setProperty(Kernel.PROPERTY, before);
    }
  }

  @Property(tries = 200)
  void fieldsHoldWhatIsPut(@ForAll @IntRange(min = 2, max = 62) int fieldBits, @ForAll long seed) {
    PaillierParameters parameters = new PaillierParameters(512, fieldBits);
    FieldPacking packing = new FieldPacking(parameters);
    BigInteger n = BigInteger.ONE.shiftLeft(511).add(BigInteger.ONE); // as small as n can be
    long half = 1L << (fieldBits - 1);
    Random random = new Random(seed);
    int count = 1 + random.nextInt(parameters.fields());
    long[] values = random.longs(count, -half, half).toArray();
    values[0] = random.nextBoolean() ? -half : half - 1;
    long[] read = new long[count];
    packing.unpack(packing.pack(values, 0, count).mod(n), n, read, 0, count);
    assertArrayEquals(values, read);
  }

  @Test
  void aValueThatDoesNotFitItsFieldIsNamed() {
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      PaillierEncryptor encryptor = new PaillierEncryptor(key);
      for (long value : new long[] {1 << 19, -(1 << 19) - 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
        IntegerColumns columns = new IntegerColumns(1, 2, new long[] {0, value});
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> encryptor.encrypt(columns));
        assertEquals(
            "Value %d of record 1 does not fit a field of 20 bits".formatted(value),
            e.getMessage());
      }
    }
  }

  @Test
  void aPlaintextThatIsNoFieldsIsRefused() {
    PaillierParameters parameters = TestPaillier.PARAMETERS;
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      BigInteger n = key.publicKey().modulus();
      for (BigInteger plaintext :
          new BigInteger[] {
            n.shiftRight(1),
            BigInteger.ONE.shiftLeft(parameters.fields() * parameters.fieldBits()),
            n.subtract(BigInteger.ONE.shiftLeft(parameters.fields() * parameters.fieldBits()))
          }) {
        BigInteger ciphertext = BigInteger.ONE.add(plaintext.multiply(n));
        byte[] numbers = LargeNumbers.of(ciphertext, parameters.ciphertextBytes());
        PaillierBlock block = new PaillierBlock(key.publicKey(), 1, 1, numbers);
        InvalidBlockException e =
            assertThrows(
                InvalidBlockException.class, () -> new PaillierDecryptor(key).decrypt(block));
        assertTrue(e.getMessage().contains("more than 25 fields of 20 bits"), e.getMessage());
      }
    }
  }

  @Test
  void equalRecordsHaveDifferentCiphertextsAndResultsHaveFreshRandomness() {
    IntegerColumns zeros = new IntegerColumns(50, 1, new long[50]);
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL);
        PaillierEvaluator evaluator = TestPaillier.evaluator(key.publicKey(), new Random(1))) {
      PaillierBlock block = new PaillierEncryptor(key).encrypt(zeros);
      Set<BigInteger> ciphertexts = new HashSet<>();
      int width = TestPaillier.PARAMETERS.ciphertextBytes();
      for (int i = 0; i < 50; i++) {
        BigInteger ciphertext = LargeNumbers.get(block.numbers(), i, width);
        ciphertexts.add(ciphertext);
        // A plaintext of 0 leaves r^n, which is 1 to the power of (p - 1) (q - 1).
        PaillierSecretKey.Primes primes = key.primes();
        BigInteger order =
            primes.p.subtract(BigInteger.ONE).multiply(primes.q.subtract(BigInteger.ONE));
        assertEquals(BigInteger.ONE, ciphertext.modPow(order, key.publicKey().square()));
      }
      assertEquals(50, ciphertexts.size());

      IntegerLayer identity = IntegerLayer.dense(1, 1, new int[] {1});
      PaillierBlock one = TestPaillier.apply(evaluator, identity, block, new Random(2));
      PaillierBlock same = TestPaillier.apply(evaluator, identity, block, new Random(2));
      PaillierBlock other = TestPaillier.apply(evaluator, identity, block, new Random(3));
      assertArrayEquals(one.numbers(), same.numbers());
      assertFalse(Arrays.equals(one.numbers(), other.numbers()));
      assertFalse(Arrays.equals(one.numbers(), Arrays.copyOf(block.numbers(), width)));
    }
  }

  @Test
  void anEncryptionIsMadeAgainFromItsNameAndFromNoOther() {
    BlockLabel label = new BlockLabel(new UUID(1, 2), 3, 4, 5, 6);
    EncryptionName name = EncryptionName.draw(label);
    IntegerColumns values = TestPaillier.integers(new Random(1), 3, 30, 1000);
    byte[] made = encrypt(PaillierArithmetic.KERNEL, name, values);
    for (PaillierArithmetic arithmetic : PaillierArithmetic.values()) {
      assertArrayEquals(made, encrypt(arithmetic, name, values));
    }
    byte[] other = encrypt(PaillierArithmetic.KERNEL, EncryptionName.draw(label), values);
    int width = TestPaillier.PARAMETERS.ciphertextBytes();
    Set<BigInteger> ciphertexts = new HashSet<>();
    for (byte[] numbers : List.of(made, other)) {
      for (int i = 0; i < numbers.length / width; i++) {
        assertTrue(ciphertexts.add(LargeNumbers.get(numbers, i, width)));
      }
    }
  }

  private static byte[] encrypt(
      PaillierArithmetic arithmetic, EncryptionName name, IntegerColumns values) {
    try (PaillierSecretKey key = TestPaillier.key(arithmetic);
        EncryptionSeed seed = key.seed(name)) {
      return new PaillierEncryptor(key).encrypt(values, seed).numbers();
    }
  }

  @Test
  void whatIsClosedLeavesNothingOpen() {
    long before = NativeMemory.openHandles();
    long bytes = NativeMemory.blockBytes();
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL);
        PaillierEvaluator evaluator = TestPaillier.evaluator(key.publicKey(), new Random(1))) {
      PaillierBlock block =
          new PaillierEncryptor(key).encrypt(new IntegerColumns(1, 1, new long[] {7}));
      TestPaillier.apply(evaluator, IntegerLayer.dense(1, 1, new int[] {1}), block, new Random(2));
    }
    assertEquals(before, NativeMemory.openHandles());
    assertEquals(bytes, NativeMemory.blockBytes());
  }

  @Test
  void aBlockOfAnotherKeyIsRefusedAndAClosedOneToo() {
    IntegerColumns values = new IntegerColumns(1, 1, new long[] {7});
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL);
        PaillierSecretKey other = PaillierSecretKey.generate(TestPaillier.PARAMETERS);
        PaillierEvaluator evaluator = TestPaillier.evaluator(other.publicKey(), new Random(1))) {
      PaillierBlock block = new PaillierEncryptor(key).encrypt(values);
      assertThrows(WrongContextException.class, () -> new PaillierDecryptor(other).decrypt(block));
      assertThrows(WrongContextException.class, () -> evaluator.prepare(block));
      block.close();
      assertThrows(ClosedException.class, () -> new PaillierDecryptor(key).decrypt(block));
    }
  }

  @Test
  void workIsGivenUpWhenItIsCancelled() {
    IntegerColumns values = new IntegerColumns(9, 1, new long[9]);
    try (PaillierSecretKey key = TestPaillier.key(PaillierArithmetic.KERNEL)) {
      PaillierBlock block = new PaillierEncryptor(key).encrypt(values);
      assertThrows(
          CancelledException.class, () -> new PaillierDecryptor(key, () -> true).decrypt(block));
    }
  }
}
