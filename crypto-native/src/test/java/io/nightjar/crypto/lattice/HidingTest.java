package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Results are perturbed record by record and hidden, and say what they should and no more. */
class HidingTest {

  private static final HeParameters PARAMETERS =
      HeParameters.bfv(8192, List.of(44, 44, 44, 20), HeParameters.batchingPlainModulus(8192, 30));
  private static final long T = PARAMETERS.plainModulus();
  private static final int N = PARAMETERS.ringDegree();
  private static final byte[] SEED = new byte[RecordNoise.SEED_BYTES];

  private static HeContext context;
  private static SecretKey secret;
  private static PublicKey publicKey;
  private static BlockEvaluator evaluator;
  private static BlockDecryptor decryptor;

  @BeforeAll
  static void open() {
    new Random(1).nextBytes(SEED);
    context = HeContext.open(PARAMETERS);
    secret = SecretKey.generate(context);
    publicKey = secret.publicKey(context);
    evaluator = new BlockEvaluator(context);
    decryptor = new BlockDecryptor(context, secret);
  }

  @AfterAll
  static void close() {
    publicKey.close();
    secret.close();
    context.close();
  }

  private static CipherBlock encrypt(IntegerColumns columns) {
    return encrypt(columns, Packing.SLOTS, Form.NTT);
  }

  private static CipherBlock encrypt(IntegerColumns columns, Packing packing, Form form) {
    return new BlockEncryptor(context, secret).encrypt(columns, packing, form);
  }

  private static long[] decrypt(CipherBlock block) {
    BlockDecryptor.Integers found = decryptor.decrypt(block);
    assertTrue(found.noiseMarginBits() > 1, () -> "margin " + found.noiseMarginBits());
    return found.columns().values();
  }

  private static CipherBlock hide(CipherBlock block, int floodBits, int limbs) {
    return evaluator.hide(block, publicKey, SEED, 3, floodBits, limbs);
  }

  // --- hiding ----------------------------------------------------------------------------------

  @Test
  void aHiddenBlockHasTheSameValuesAlsoAfterItHasTravelled() {
    Random random = new Random(2);
    for (Packing packing : Packing.values()) {
      for (int records : new int[] {1, 100, N}) {
        IntegerColumns columns = TestBlocks.integers(random, 2, records, T);
        try (CipherBlock block = encrypt(columns, packing, Form.NTT)) {
          for (int limbs = 1; limbs <= 3; limbs++) {
            for (int floodBits : new int[] {0, 60, 99}) {
              try (CipherBlock hidden = hide(block, floodBits, limbs);
                  CipherBlock arrived =
                      TestBlocks.read(context, TestBlocks.wire(context, hidden))) {
                assertEquals(new BlockShape(2, 2, limbs, Form.COEFFICIENT), arrived.shape());
                assertEquals(packing, arrived.packing());
                assertArrayEquals(columns.values(), decrypt(arrived));
                assertArrayEquals(columns.values(), decrypt(hidden));
              }
            }
          }
        }
      }
    }
  }

  /** The seed is fixed: that a covered slot keeps its value by chance is the same in every run. */
  @Test
  void slotsThatAreNotKeptAreCoveredWhicheverTheyAre() {
    Random random = new Random(12);
    IntegerSlots slots = new IntegerSlots(2, N, 5, TestBlocks.integers(random, 2, N, T).values());
    KeptSlots kept = new KeptSlots(2, N);
    kept.keep(0, 100, 5);
    kept.keep(0, N - 5, 5);
    kept.keep(1, 0, 0);
    for (Packing packing : Packing.values()) {
      try (CipherBlock block =
              new BlockEncryptor(context, secret).encrypt(slots, packing, Form.NTT);
          CipherBlock hidden = evaluator.hide(block, publicKey, SEED, 3, 60, 1, kept)) {
        IntegerSlots found = IntegerSlots.zeros(2, N, 5);
        decryptor.decrypt(hidden, found, 0);

        int same = 0;
        for (int i = 0; i < 2 * N; i++) {
          boolean isKept = (i >= 100 && i < 105) || (i >= N - 5 && i < N);
          boolean isSame = slots.values()[i] == found.values()[i];
          assertTrue(isSame || !isKept, "slot " + i);
          same += isSame ? 1 : 0;
        }
        assertEquals(10, same, 3);
      }
    }
  }

  @Test
  void theSlotsOfRecordsAreThoseKeptOfColumns() {
    IntegerColumns columns = TestBlocks.integers(new Random(13), 2, 100, T);
    KeptSlots kept = new KeptSlots(2, N);
    kept.keep(0, 0, 100);
    kept.keep(1, 0, 100);
    try (CipherBlock block = encrypt(columns);
        CipherBlock hidden = hide(block, 60, 1);
        CipherBlock same = evaluator.hide(block, publicKey, SEED, 3, 60, 1, kept)) {
      assertArrayEquals(TestBlocks.wire(context, hidden), TestBlocks.wire(context, same));
    }
  }

  @Test
  void slotsOfOtherCiphertextsCannotBeKept() {
    IntegerColumns columns = new IntegerColumns(1, 1, new long[] {1});
    KeptSlots kept = new KeptSlots(2, N);
    assertThrows(IndexOutOfBoundsException.class, () -> kept.keep(2, 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> kept.keep(0, N - 1, 2));
    try (CipherBlock block = encrypt(columns)) {
      assertRefused(
          "Slots were kept of 2 ciphertexts of 8192 slots; the block has 1 of 8192",
          () -> evaluator.hide(block, publicKey, SEED, 3, 60, 1, kept));
      assertRefused(
          "Slots were kept of 1 ciphertexts of 64 slots; the block has 1 of 8192",
          () -> evaluator.hide(block, publicKey, SEED, 3, 60, 1, new KeptSlots(1, 64)));
    }
  }

  @Test
  void whatAModelComputesForEachRecordArrivesHidden() {
    Random random = new Random(3);
    int records = 500;
    IntegerColumns input = TestBlocks.smallIntegers(random, 4, records, 8);
    RecordNoise noise = new RecordNoise(TestBlocks.cumulative(random, 100));
    int[] columns = {2, IntegerLayer.NO_COLUMN, 0};
    IntegerLayer layer = IntegerLayer.dense(2, 3, new int[] {5, -7, 100, -128, 3, 1});
    try (CipherBlock block = encrypt(input);
        CipherBlock drawn = evaluator.perturb(block, columns, noise, SEED, 64);
        CipherBlock result = evaluator.apply(layer, drawn);
        CipherBlock hidden = hide(result, 99, 1)) {
      IntegerColumns factors = perturbed(input, columns, noise, 64);

      assertArrayEquals(factors.values(), decrypt(drawn));
      assertArrayEquals(layer.evaluate(factors).values(), decrypt(hidden));
    }
  }

  @Test
  void theMarginAndTheNoiseOfAHiddenBlockAgree() {
    IntegerColumns columns = TestBlocks.integers(new Random(4), 1, N, T);
    double prime = PARAMETERS.keyPrimes().get(0);
    try (CipherBlock block = encrypt(columns)) {
      for (int floodBits : new int[] {0, 95, 98}) {
        try (CipherBlock hidden = hide(block, floodBits, 1)) {
          double largest =
              Arrays.stream(decryptor.noise(hidden)).map(Math::abs).max().orElseThrow();
          double room = Math.log(prime / (2.0 * T)) / Math.log(2);

          // The noise is rounded to an integer, of which there are at least tens.
          assertEquals(
              room - Math.log(largest) / Math.log(2), decryptor.noiseMarginBits(hidden), 0.1);
        }
      }
    }
  }

  @Test
  void noiseComesColumnAfterColumnAndTellsWhatWasComputed() {
    IntegerColumns zeros = new IntegerColumns(1, 1, new long[1]);
    IntegerLayer layer = IntegerLayer.dense(2, 1, new int[] {1, -100});
    try (CipherBlock block = encrypt(zeros);
        CipherBlock result = evaluator.apply(layer, block);
        CipherBlock hidden = hide(result, 60, 3)) {
      double[] fresh = decryptor.noise(block);
      double[] seen = decryptor.noise(result);
      double[] covered = decryptor.noise(hidden);

      assertEquals(2 * N, seen.length);
      for (int j = 0; j < N; j++) {
        assertEquals(fresh[j], seen[j]);
        assertEquals(0.0, 100 * fresh[j] + seen[N + j]);
      }
      assertTrue(Arrays.stream(fresh).anyMatch(e -> e != 0));
      // Of 8192 numbers that are uniform on [-2^60, 2^60), one is above 2^59 but for a chance of
      // 2^-8192.
      assertTrue(Arrays.stream(covered).anyMatch(e -> Math.abs(e) > 0x1p59));
      assertTrue(Arrays.stream(covered).allMatch(e -> Math.abs(e) < 0x1p61));
    }
  }

  @Test
  void hidingAgainGivesTheSameBytesAndAnotherSeedOrNumberDoesNot() {
    byte[] other = SEED.clone();
    other[31] ^= 1;
    IntegerColumns columns = TestBlocks.integers(new Random(5), 2, 10, T);
    try (CipherBlock block = encrypt(columns)) {
      for (int floodBits : new int[] {0, 90}) {
        try (CipherBlock first = evaluator.hide(block, publicKey, SEED, 3, floodBits, 1);
            CipherBlock again = evaluator.hide(block, publicKey, SEED.clone(), 3, floodBits, 1);
            CipherBlock elsewhere = evaluator.hide(block, publicKey, SEED, 1L << 32, floodBits, 1);
            CipherBlock otherwise = evaluator.hide(block, publicKey, other, 3, floodBits, 1)) {
          byte[] bytes = TestBlocks.wire(context, first);

          assertArrayEquals(bytes, TestBlocks.wire(context, again));
          List<?> hidden = TestBlocks.columns(context, first);
          for (CipherBlock different : List.of(elsewhere, otherwise)) {
            List<?> others = TestBlocks.columns(context, different);
            assertNotEquals(hidden.get(0), others.get(0));
            assertNotEquals(hidden.get(1), others.get(1));
          }
        }
      }
    }
  }

  @Test
  void hiddenRealNumbersAreOffByTheFloodAndNoMore() {
    RealColumns columns = TestBlocks.reals(new Random(10), 3, 700);
    byte[] seed = SEED.clone();
    try (HeContext reals = HeContext.open(TestBlocks.SEALED);
        SecretKey key = SecretKey.generate(reals);
        PublicKey reader = key.publicKey(reals);
        CipherBlock block = new BlockEncryptor(reals, key).encrypt(columns, 0x1p60);
        CipherBlock fewer = new BlockEvaluator(reals).switchModulus(block)) {
      BlockEvaluator executor = new BlockEvaluator(reals);
      for (CipherBlock result : List.of(block, fewer)) {
        int limbs = result.shape().limbs();
        for (int floodBits : new int[] {0, 40}) {
          try (CipherBlock hidden = executor.hide(result, reader, seed, 5, floodBits, limbs);
              CipherBlock again = executor.hide(result, reader, seed, 5, floodBits, limbs);
              CipherBlock arrived = TestBlocks.read(reals, TestBlocks.wire(reals, hidden))) {
            assertEquals(result.shape(), arrived.shape());
            assertEquals(result.scale(), arrived.scale());
            assertArrayEquals(TestBlocks.wire(reals, hidden), TestBlocks.wire(reals, again));
            double[] found = new BlockDecryptor(reals, key).decryptReal(arrived).values();
            double squares = 0;
            for (int i = 0; i < found.length; i++) {
              squares += Math.pow(found[i] - columns.values()[i], 2);
            }
            // The flood's 8192 coefficients have the variance 2^2f / 3 each, and a slot that of all
            // of them times the mean square of a cosine, 1/2. Without it there is noise only. The
            // seed is fixed.
            double flood = Math.sqrt(8192.0 / 6) * Math.scalb(1.0, floodBits - 60);
            double deviation = Math.sqrt(squares / found.length);
            if (floodBits == 0) {
              assertTrue(deviation < 0x1p-40, "deviation " + deviation);
            } else {
              assertEquals(1.0, deviation / flood, 0.1);
            }
          }
        }
        for (int wrong : new int[] {limbs - 1, limbs + 1}) {
          assertRefused(
              "Hiding a CKKS block keeps all of its %d primes, not %d".formatted(limbs, wrong),
              () -> executor.hide(result, reader, seed, 0, 0, wrong));
        }
        assertRefused("does not fit", () -> executor.hide(result, reader, seed, 0, 112, limbs));
      }
    }
  }

  @Test
  void whatCannotBeHiddenIsRefused() {
    IntegerColumns columns = new IntegerColumns(1, 1, new long[] {1});
    try (CipherBlock block = encrypt(columns);
        CipherBlock coefficients = encrypt(columns, Packing.SLOTS, Form.COEFFICIENT);
        CipherBlock square = evaluator.square(coefficients);
        CipherBlock squareInNtt = evaluator.toForm(square, Form.NTT)) {
      assertRefused(
          "The block's form must be NTT, not COEFFICIENT", () -> hide(coefficients, 0, 1));
      assertRefused("The block's polynomials must be 2, not 3", () -> hide(squareInNtt, 0, 1));
      assertRefused("A block of 3 primes can keep 1 to 3 of them, not 0", () -> hide(block, 0, 0));
      assertRefused("A block of 3 primes can keep 1 to 3 of them, not 4", () -> hide(block, 0, 4));
      assertRefused("the exponent is from 0 to 111", () -> hide(block, 112, 1));
      assertRefused("a flood of 2^-1 does not fit", () -> hide(block, -1, 1));
      assertRefused(
          "A seed has 32 bytes, not 5",
          () -> evaluator.hide(block, publicKey, new byte[5], 0, 0, 1));
      assertRefused(
          "A column's number cannot be negative: -1",
          () -> evaluator.hide(block, publicKey, SEED, -1, 0, 1));
    }
  }

  // --- factors for each record -----------------------------------------------------------------

  @Test
  void plainFactorsMultiplyRecordByRecordAndTheRestByZero() {
    Random random = new Random(6);
    for (int records : new int[] {1, 77, N}) {
      IntegerColumns columns = TestBlocks.integers(random, 3, records, T);
      for (int given : new int[] {1, (records + 1) / 2, records}) {
        IntegerColumns factors = TestBlocks.integers(random, 3, given, T);
        long[] expected = new long[3 * records];
        for (int column = 0; column < 3; column++) {
          for (int j = 0; j < given; j++) {
            expected[column * records + j] =
                product(columns.get(column, j), factors.get(column, j));
          }
        }
        try (CipherBlock block = encrypt(columns);
            CipherBlock result = evaluator.multiplyPlain(block, factors)) {
          assertEquals(block.shape(), result.shape());
          assertArrayEquals(expected, decrypt(result));
        }
      }
    }
  }

  @Test
  void aPerturbedBlockIsItsColumnsTimesWhatWasDrawn() {
    Random random = new Random(7);
    for (int records : new int[] {1, 1000, N}) {
      IntegerColumns columns = TestBlocks.integers(random, 3, records, T);
      RecordNoise noise = new RecordNoise(TestBlocks.cumulative(random, 1024));
      int[] chosen = {1, 1, IntegerLayer.NO_COLUMN, 0, IntegerLayer.NO_COLUMN};
      try (CipherBlock block = encrypt(columns);
          CipherBlock result = evaluator.perturb(block, chosen, noise, SEED, -500_000)) {
        assertArrayEquals(perturbed(columns, chosen, noise, -500_000).values(), decrypt(result));
      }
    }
  }

  @Test
  void theConstantIsDrawnForAllSlotsWhateverTheBatch() {
    RecordNoise noise = new RecordNoise(TestBlocks.cumulative(new Random(8), 9));
    int[] constant = {IntegerLayer.NO_COLUMN};
    try (CipherBlock few = encrypt(new IntegerColumns(2, 1, new long[2]));
        CipherBlock full = encrypt(new IntegerColumns(1, N, new long[N]));
        CipherBlock fromFew = evaluator.perturb(few, constant, noise, SEED, 1);
        CipherBlock fromFull = evaluator.perturb(full, constant, noise, SEED, 1)) {
      assertEquals(TestBlocks.columns(context, fromFull), TestBlocks.columns(context, fromFew));
      assertArrayEquals(noise.sample(SEED, RecordNoise.CONSTANT_COLUMN, N), decrypt(fromFull));
    }
  }

  @Test
  void factorsThatDoNotFitAreRefused() {
    RecordNoise noise = new RecordNoise(new long[] {1, 2, Long.MAX_VALUE});
    IntegerColumns columns = TestBlocks.integers(new Random(9), 2, 10, T);
    try (CipherBlock block = encrypt(columns);
        CipherBlock coefficients = encrypt(columns, Packing.SLOTS, Form.COEFFICIENT);
        CipherBlock packed = encrypt(columns, Packing.COEFFICIENTS, Form.NTT)) {
      for (CipherBlock wrong : List.of(coefficients, packed)) {
        String what =
            wrong.packing() == Packing.SLOTS ? "form must be NTT" : "packing must be SLOTS";
        assertRefused(what, () -> evaluator.multiplyPlain(wrong, columns));
        assertRefused(what, () -> evaluator.perturb(wrong, new int[] {0}, noise, SEED, 1));
      }
      assertRefused(
          "The block's columns must be 1, not 2",
          () -> evaluator.multiplyPlain(block, new IntegerColumns(1, 10, new long[10])));
      assertRefused(
          "A block of 10 records cannot be multiplied by factors for 11",
          () -> evaluator.multiplyPlain(block, new IntegerColumns(2, 11, new long[22])));
      long[] tooLarge = new long[20];
      tooLarge[13] = T / 2 + 1;
      assertRefused(
          "column 1: value %d of record 3 does not fit the plain modulus %d"
              .formatted(T / 2 + 1, T),
          () -> evaluator.multiplyPlain(block, new IntegerColumns(2, 10, tooLarge)));
      for (int wrong : new int[] {-2, 2}) {
        assertRefused(
            "Column 1 of the result is to be column %d of a block of 2".formatted(wrong),
            () -> evaluator.perturb(block, new int[] {0, wrong}, noise, SEED, 1));
      }
      assertRefused(
          "columns must be from 1", () -> evaluator.perturb(block, new int[0], noise, SEED, 1));
      assertRefused(
          "A seed has 32 bytes, not 0",
          () -> evaluator.perturb(block, new int[] {0}, noise, new byte[0], 1));
      for (long one : new long[] {T / 2 + 1, -T, Long.MIN_VALUE, Long.MAX_VALUE}) {
        assertRefused(
            "RecordNoise[-1 to 1] times the constant %d does not fit".formatted(one),
            () -> evaluator.perturb(block, new int[] {-1}, noise, SEED, one));
      }
    }
  }

  private static void assertRefused(String part, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static long product(long a, long b) {
    return TestBlocks.centred(a * b, T);
  }

  /** What perturbing gives, in the clear. */
  private static IntegerColumns perturbed(
      IntegerColumns input, int[] columns, RecordNoise noise, long one) {
    int records = input.records();
    long[] values = new long[columns.length * records];
    for (int i = 0; i < columns.length; i++) {
      boolean constant = columns[i] == IntegerLayer.NO_COLUMN;
      long number = constant ? RecordNoise.CONSTANT_COLUMN : columns[i];
      long[] drawn = noise.sample(SEED, number, N);
      for (int j = 0; j < records; j++) {
        values[i * records + j] = product(constant ? one : input.get(columns[i], j), drawn[j]);
      }
    }
    return new IntegerColumns(columns.length, records, values);
  }
}
