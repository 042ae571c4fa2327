package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is encrypted comes back, and what is computed on it is plain arithmetic, at the profiles of
 * protocols.
 */
class EncryptionTest {

  private static final double SCALE = 0x1p40;

  /** Far above the noise of CKKS at that scale, and far below any of the values. */
  private static final double TOLERANCE = 1e-5;

  private static final List<Profile> PROFILES = new ArrayList<>();
  private static Profile sealed;

  /** One profile's context and keys, which take longer to make than most tests. */
  private record Profile(String name, HeContext context, SecretKey secret, PublicKey publicKey) {

    static Profile open(String name, HeParameters parameters) {
      HeContext context = HeContext.open(parameters);
      SecretKey secret = SecretKey.generate(context);
      return new Profile(name, context, secret, secret.publicKey(context));
    }

    HeParameters parameters() {
      return context.parameters();
    }

    long plainModulus() {
      return parameters().plainModulus();
    }

    BlockDecryptor decryptor() {
      return new BlockDecryptor(context, secret);
    }

    BlockEvaluator evaluator() {
      return new BlockEvaluator(context);
    }

    void close() {
      publicKey.close();
      secret.close();
      context.close();
    }
  }

  /** A profile, and how integers are written down under it. */
  private record Way(Profile profile, Packing packing, Form form) {

    CipherBlock encrypt(IntegerColumns columns) {
      return encrypt(profile.secret(), columns);
    }

    CipherBlock encrypt(EncryptionKey key, IntegerColumns columns) {
      return new BlockEncryptor(profile.context(), key).encrypt(columns, packing, form);
    }

    BlockDecryptor.Integers decrypt(CipherBlock block) {
      return profile.decryptor().decrypt(block);
    }

    @Override
    public String toString() {
      return profile.name() + ", " + packing + " in " + form + " form";
    }
  }

  @BeforeAll
  static void openProfiles() {
    PROFILES.add(Profile.open("open", TestBlocks.OPEN));
    PROFILES.add(Profile.open("shielded", TestBlocks.SHIELDED));
    PROFILES.add(Profile.open("per-record", TestBlocks.PER_RECORD));
    sealed = Profile.open("sealed", TestBlocks.SEALED);
  }

  @AfterAll
  static void closeProfiles() {
    PROFILES.forEach(Profile::close);
    PROFILES.clear();
    sealed.close();
  }

  static List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (Profile profile : PROFILES) {
      for (Form form : Form.values()) {
        ways.add(new Way(profile, Packing.COEFFICIENTS, form));
        if (profile.parameters().supportsSlotPacking()) {
          ways.add(new Way(profile, Packing.SLOTS, form));
        }
      }
    }
    return ways;
  }

  /** The ways in which ciphertexts of integers can be multiplied by each other. */
  static List<Way> productWays() {
    return ways().stream()
        .filter(way -> way.packing() == Packing.SLOTS && way.form() == Form.COEFFICIENT)
        .toList();
  }

  // --- integers ------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("ways")
  void integersOfTheWholeRangeComeBackFromEitherKey(Way way) {
    Random random = new Random(1);
    int capacity = way.profile().parameters().ringDegree();
    for (int records : new int[] {1, 100, capacity - 1, capacity}) {
      IntegerColumns columns =
          TestBlocks.integers(random, 2, records, way.profile().plainModulus());
      for (EncryptionKey key : List.of(way.profile().secret(), way.profile().publicKey())) {
        try (CipherBlock block = way.encrypt(key, columns)) {
          BlockDecryptor.Integers found = way.decrypt(block);

          assertArrayEquals(columns.values(), found.columns().values());
          assertTrue(found.noiseMarginBits() > 1, () -> "margin " + found.noiseMarginBits());
          assertEquals(key == way.profile().secret(), block.isSeeded());
          assertEquals(records, block.records());
          assertEquals(records, found.columns().records());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void slotsThatAreNoRecordsComeBackToo(Way way) {
    Random random = new Random(9);
    int capacity = way.profile().parameters().ringDegree();
    for (int slots : new int[] {7, 100, capacity}) {
      long[] values = TestBlocks.integers(random, 3, slots, way.profile().plainModulus()).values();
      IntegerSlots sent = new IntegerSlots(3, slots, 7, values);
      IntegerSlots found = IntegerSlots.zeros(5, slots, 7);
      try (CipherBlock block =
          new BlockEncryptor(way.profile().context(), way.profile().secret())
              .encrypt(sent, way.packing(), way.form())) {
        assertEquals(7, block.records());
        way.profile().decryptor().decrypt(block, found, 1);
      }
      long[] expected = new long[5 * slots];
      System.arraycopy(values, 0, expected, slots, 3 * slots);
      assertArrayEquals(expected, found.values());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void slotsThatDoNotFitAreRefused(Way way) {
    int capacity = way.profile().parameters().ringDegree();
    BlockEncryptor encryptor = new BlockEncryptor(way.profile().context(), way.profile().secret());
    BlockDecryptor decryptor = way.profile().decryptor();
    IntegerSlots wide = IntegerSlots.zeros(1, capacity + 1, 7);
    String noSlot = "A ciphertext has %d slots, not %d".formatted(capacity, capacity + 1);
    try (CipherBlock block =
        encryptor.encrypt(IntegerSlots.zeros(2, 9, 7), way.packing(), way.form())) {
      assertRefused(noSlot, () -> encryptor.encrypt(wide, way.packing(), way.form()));
      assertRefused(noSlot, () -> decryptor.decrypt(block, wide, 0));
      IntegerSlots ofMore = IntegerSlots.zeros(2, 9, 8);
      assertRefused("The block is of 7 records, not 8", () -> decryptor.decrypt(block, ofMore, 0));
      IntegerSlots into = IntegerSlots.zeros(3, 9, 7);
      assertThrows(IndexOutOfBoundsException.class, () -> decryptor.decrypt(block, into, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> decryptor.decrypt(block, into, -1));
    }
  }

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void encryptingTwiceGivesDifferentCiphertexts(Way way) {
    IntegerColumns twins = new IntegerColumns(2, 1, new long[] {1, 1});
    for (EncryptionKey key : List.of(way.profile().secret(), way.profile().publicKey())) {
      try (CipherBlock one = way.encrypt(key, twins);
          CipherBlock two = way.encrypt(key, twins)) {
        var first = TestBlocks.columns(way.profile().context(), one);
        var second = TestBlocks.columns(way.profile().context(), two);

        assertNotEquals(first.get(0), second.get(0));
        assertNotEquals(first.get(0), first.get(1), "columns of one block");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aLayerIsPlainArithmeticModuloTAndCostsNoiseMargin(Way way) {
    Random random = new Random(2);
    int rows = 19;
    int terms = 40;
    int records = 50;
    IntegerColumns columns =
        TestBlocks.integers(random, terms, records, way.profile().plainModulus());
    int[] weights = TestBlocks.weights(random, rows * terms, 8);
    long[] bias = TestBlocks.integers(random, rows, 1, way.profile().plainModulus()).values();
    IntegerLayer layer = IntegerLayer.dense(rows, terms, weights).withBias(bias);

    try (CipherBlock input = way.encrypt(columns);
        CipherBlock output = way.profile().evaluator().apply(layer, input)) {
      double before = way.profile().decryptor().noiseMarginBits(input);
      BlockDecryptor.Integers found = way.decrypt(output);

      for (int row = 0; row < rows; row++) {
        for (int record = 0; record < records; record++) {
          long sum = bias[row];
          for (int k = 0; k < terms; k++) {
            sum += weights[row * terms + k] * columns.get(k, record);
          }
          assertEquals(
              TestBlocks.centred(sum, way.profile().plainModulus()),
              found.columns().get(row, record));
        }
      }
      assertTrue(found.noiseMarginBits() > 1, () -> "margin " + found.noiseMarginBits());
      assertTrue(found.noiseMarginBits() < before);
      assertEquals(found.noiseMarginBits(), way.profile().decryptor().noiseMarginBits(output));
    }
  }

  @Test
  void theOpenProfileHasRoomForALayerOf784BytesAndSevenBitWeights() {
    Random random = new Random(3);
    Way way = new Way(PROFILES.get(0), Packing.COEFFICIENTS, Form.NTT);
    int terms = 784;
    IntegerColumns columns = TestBlocks.smallIntegers(random, terms, 2048, 8);
    IntegerLayer layer = IntegerLayer.dense(4, terms, TestBlocks.weights(random, 4 * terms, 7));

    try (CipherBlock input = way.encrypt(columns);
        CipherBlock output = way.profile().evaluator().apply(layer, input)) {
      assertTrue(way.decrypt(output).noiseMarginBits() > 5);
    }
  }

  /** Doubling a ciphertext of zeros doubles its noise, and nothing else. */
  @ParameterizedTest
  @MethodSource("ways")
  void theMarginSaysHowOftenNoiseCanDoubleBeforeAValueIsWrong(Way way) {
    int records = way.profile().parameters().ringDegree();
    BlockEvaluator evaluator = way.profile().evaluator();
    try (CipherBlock zeros = way.encrypt(new IntegerColumns(1, records, new long[records]))) {
      double margin = way.profile().decryptor().noiseMarginBits(zeros);
      CipherBlock doubled = doubled(evaluator, zeros, (int) margin);
      CipherBlock tooOften = doubled(evaluator, zeros, (int) margin + 1);
      try (doubled;
          tooOften) {
        assertArrayEquals(new long[records], way.decrypt(doubled).columns().values());
        assertEquals(margin % 1, way.decrypt(doubled).noiseMarginBits(), 1e-6);
        assertTrue(
            Arrays.stream(way.decrypt(tooOften).columns().values()).anyMatch(value -> value != 0));
      }
    }
  }

  private static CipherBlock doubled(BlockEvaluator evaluator, CipherBlock block, int times) {
    int step = Math.min(times, 20);
    CipherBlock once = evaluator.apply(IntegerLayer.dense(1, 1, new int[] {1 << step}), block);
    if (step == times) {
      return once;
    }
    try (once) {
      return doubled(evaluator, once, times - step);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aRowOfZerosGivesItsBiasAlone(Way way) {
    IntegerColumns columns = TestBlocks.integers(new Random(4), 3, 9, way.profile().plainModulus());
    IntegerLayer layer = IntegerLayer.dense(1, 3, new int[3]).withBias(new long[] {-2});

    try (CipherBlock input = way.encrypt(columns);
        CipherBlock output = way.profile().evaluator().apply(layer, input)) {
      assertArrayEquals(
          new long[] {-2, -2, -2, -2, -2, -2, -2, -2, -2}, way.decrypt(output).columns().values());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void blocksAndPlainColumnsAddUp(Way way) {
    Random random = new Random(5);
    long t = way.profile().plainModulus();
    IntegerColumns left = TestBlocks.integers(random, 3, 20, t);
    IntegerColumns right = TestBlocks.integers(random, 3, 20, t);
    BlockEvaluator evaluator = way.profile().evaluator();

    try (CipherBlock a = way.encrypt(left);
        CipherBlock b = way.encrypt(right);
        CipherBlock sum = evaluator.add(a, b);
        CipherBlock plainSum = evaluator.addPlain(a, right)) {
      long[] expected = combined(left, right, (x, y) -> TestBlocks.centred(x + y, t));

      assertArrayEquals(expected, way.decrypt(sum).columns().values());
      assertArrayEquals(expected, way.decrypt(plainSum).columns().values());
      assertTrue(way.decrypt(sum).noiseMarginBits() > 1);
      assertEquals(
          way.profile().decryptor().noiseMarginBits(a),
          way.decrypt(plainSum).noiseMarginBits(),
          0.5,
          "plain values bring no noise");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anEncryptionOfZeroChangesEveryCiphertextAndNoValue(Way way) {
    IntegerColumns columns =
        TestBlocks.integers(new Random(6), 2, 30, way.profile().plainModulus());
    HeContext context = way.profile().context();
    BlockEvaluator evaluator = way.profile().evaluator();

    try (CipherBlock block = way.encrypt(columns);
        CipherBlock zero = evaluator.encryptionOfZero(way.profile().publicKey(), block);
        CipherBlock sum = evaluator.add(block, zero)) {
      assertArrayEquals(new long[60], way.decrypt(zero).columns().values());
      assertArrayEquals(columns.values(), way.decrypt(sum).columns().values());
      assertTrue(way.decrypt(sum).noiseMarginBits() > 1);
      assertTrue(
          way.decrypt(sum).noiseMarginBits() < way.profile().decryptor().noiseMarginBits(block));
      assertNotEquals(
          TestBlocks.columns(context, block).get(0), TestBlocks.columns(context, sum).get(0));
      assertFalse(sum.isSeeded());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theFormChangesAndChangesBackWithoutATrace(Way way) {
    IntegerColumns columns =
        TestBlocks.integers(new Random(7), 2, 30, way.profile().plainModulus());
    HeContext context = way.profile().context();
    BlockEvaluator evaluator = way.profile().evaluator();
    Form other = way.form() == Form.NTT ? Form.COEFFICIENT : Form.NTT;

    try (CipherBlock block = way.encrypt(way.profile().publicKey(), columns);
        CipherBlock changed = evaluator.toForm(block, other);
        CipherBlock back = evaluator.toForm(changed, way.form())) {
      assertEquals(other, changed.shape().form());
      assertArrayEquals(columns.values(), way.decrypt(changed).columns().values());
      assertNotEquals(
          TestBlocks.columns(context, block).get(0), TestBlocks.columns(context, changed).get(0));
      assertEquals(TestBlocks.columns(context, block), TestBlocks.columns(context, back));
    }
  }

  @ParameterizedTest
  @MethodSource("productWays")
  void slotsAreSquaredAndMultipliedRecordByRecord(Way way) {
    Random random = new Random(8);
    long t = way.profile().plainModulus();
    IntegerColumns left = TestBlocks.integers(random, 2, 40, t);
    IntegerColumns right = TestBlocks.integers(random, 2, 40, t);
    BlockEvaluator evaluator = way.profile().evaluator();

    try (CipherBlock a = way.encrypt(left);
        CipherBlock b = way.encrypt(right);
        CipherBlock square = evaluator.square(a);
        CipherBlock product = evaluator.multiply(a, b)) {
      assertEquals(3, square.shape().polys());
      assertArrayEquals(
          combined(left, left, (x, y) -> TestBlocks.centred(x * y, t)),
          way.decrypt(square).columns().values());
      assertArrayEquals(
          combined(left, right, (x, y) -> TestBlocks.centred(x * y, t)),
          way.decrypt(product).columns().values());
      double margin = way.decrypt(product).noiseMarginBits();
      assertTrue(margin > 1 && margin < way.profile().decryptor().noiseMarginBits(a));
    }
  }

  @ParameterizedTest
  @MethodSource("productWays")
  void aLayerAfterASquareIsRelinearisedAfterwards(Way way) {
    Random random = new Random(9);
    long t = way.profile().plainModulus();
    IntegerColumns columns = TestBlocks.integers(random, 3, 10, t);
    int[] weights = {1, -2, 100, -128, 127, 3};
    BlockEvaluator evaluator = way.profile().evaluator();

    try (RelinearisationKey key =
            way.profile().secret().relinearisationKey(way.profile().context());
        CipherBlock input = way.encrypt(columns);
        CipherBlock square = evaluator.square(input);
        CipherBlock layer = evaluator.apply(IntegerLayer.dense(2, 3, weights), square);
        CipherBlock output = evaluator.relinearise(layer, key)) {
      assertEquals(3, layer.shape().polys());
      assertEquals(2, output.shape().polys());
      long[] expected = new long[20];
      for (int i = 0; i < expected.length; i++) {
        for (int k = 0; k < 3; k++) {
          long x = columns.get(k, i % 10);
          expected[i] += weights[i / 10 * 3 + k] * TestBlocks.centred(x * x, t);
        }
        expected[i] = TestBlocks.centred(expected[i], t);
      }
      assertArrayEquals(expected, way.decrypt(layer).columns().values());
      assertArrayEquals(expected, way.decrypt(output).columns().values());
      assertTrue(way.decrypt(output).noiseMarginBits() > 1);
    }
  }

  @ParameterizedTest
  @MethodSource("productWays")
  void droppingAPrimeKeepsIntegers(Way way) {
    IntegerColumns columns =
        TestBlocks.integers(new Random(10), 2, 40, way.profile().plainModulus());
    BlockEvaluator evaluator = way.profile().evaluator();

    try (CipherBlock block = way.encrypt(columns);
        CipherBlock smaller = evaluator.switchModulus(block);
        CipherBlock smallest = evaluator.switchModulus(smaller);
        CipherBlock zero = evaluator.encryptionOfZero(way.profile().publicKey(), smaller);
        CipherBlock sum = evaluator.add(smaller, zero)) {
      assertEquals(3, block.shape().limbs());
      assertEquals(1, smallest.shape().limbs());
      for (CipherBlock each : List.of(smaller, smallest, sum)) {
        assertArrayEquals(columns.values(), way.decrypt(each).columns().values());
        assertTrue(way.decrypt(each).noiseMarginBits() > 1);
      }
    }
  }

  @Test
  void blocksAndKeysOutliveTheContextTheyWereMadeWith() {
    IntegerColumns columns = TestBlocks.smallIntegers(new Random(11), 2, 7, 8);
    HeContext first = HeContext.open(TestBlocks.TINY_OPEN);
    SecretKey key = SecretKey.generate(first);
    CipherBlock block =
        new BlockEncryptor(first, key).encrypt(columns, Packing.COEFFICIENTS, Form.NTT);
    first.close();

    try (key;
        block;
        HeContext second = HeContext.open(TestBlocks.TINY_OPEN)) {
      assertArrayEquals(
          columns.values(), new BlockDecryptor(second, key).decrypt(block).columns().values());
    }
  }

  @Test
  void theSelfTestPassesWithEveryKernel() {
    for (Kernel kernel : Kernel.available()) {
      assertTrue(SelfTest.run(kernel).startsWith(kernel.name() + ": "));
    }
  }

  // --- real numbers --------------------------------------------------------------------------

  @Test
  void realNumbersComeBackFromEitherKey() {
    Random random = new Random(12);
    int capacity = sealed.parameters().ringDegree() / 2;
    for (int records : new int[] {1, 100, capacity}) {
      RealColumns columns = TestBlocks.reals(random, 2, records);
      for (EncryptionKey key : List.of(sealed.secret(), sealed.publicKey())) {
        try (CipherBlock block =
            new BlockEncryptor(sealed.context(), key).encrypt(columns, SCALE)) {
          assertClose(columns.values(), block);
          assertEquals(key == sealed.secret(), block.isSeeded());
        }
      }
    }
  }

  @Test
  void layersOfRealNumbersSquaresAndRescalingArePlainArithmetic() {
    Random random = new Random(13);
    RealColumns columns = TestBlocks.reals(random, 3, 50);
    int[] weights = {1, -2, 3, -4, 5, 6};
    double[] bias = {0.5, -0.25};
    IntegerLayer layer = IntegerLayer.dense(2, 3, weights).withBias(bias);
    BlockEvaluator evaluator = sealed.evaluator();

    try (RelinearisationKey key = sealed.secret().relinearisationKey(sealed.context());
        CipherBlock input =
            new BlockEncryptor(sealed.context(), sealed.secret()).encrypt(columns, SCALE);
        CipherBlock linear = evaluator.apply(layer, input);
        CipherBlock square = evaluator.square(linear);
        CipherBlock relinearised = evaluator.relinearise(square, key);
        CipherBlock rescaled = evaluator.rescale(relinearised);
        CipherBlock last =
            evaluator.apply(
                IntegerLayer.dense(1, 2, new int[] {7, -3}).withBias(new double[] {1}), rescaled)) {
      double[] y = new double[100];
      double[] z = new double[50];
      for (int i = 0; i < y.length; i++) {
        y[i] = bias[i / 50];
        for (int k = 0; k < 3; k++) {
          y[i] += weights[i / 50 * 3 + k] * columns.get(k, i % 50);
        }
      }
      double[] squares = new double[100];
      for (int i = 0; i < squares.length; i++) {
        squares[i] = y[i] * y[i];
      }
      for (int i = 0; i < z.length; i++) {
        z[i] = 7 * squares[i] - 3 * squares[50 + i] + 1;
      }

      assertClose(y, linear);
      assertEquals(SCALE * SCALE, square.scale());
      assertClose(squares, square);
      assertClose(squares, relinearised);
      assertEquals(2, rescaled.shape().limbs());
      assertEquals(SCALE * SCALE / sealed.parameters().keyPrimes().get(2), rescaled.scale());
      assertClose(squares, rescaled);
      assertClose(z, last);
    }
  }

  @Test
  void layersOnSquaresAreLayersSquaresAndLayersToTheBit() {
    Random random = new Random(15);
    int[] weights = random.ints(5 * 40, -2047, 2048).toArray();
    IntegerLayer dense = IntegerLayer.dense(5, 40, weights).withBias(new double[] {1, 2, 3, 4, 5});
    IntegerLayer left = IntegerLayer.of(2, 2, new int[] {1, 2, 3, 4}, new int[] {0, 1, 1, -1});
    IntegerLayer right =
        IntegerLayer.of(1, 2, new int[] {-5, 6}, new int[] {3, 4, 4, 2, 0, 3})
            .withBias(new double[] {0.5});
    BlockEvaluator evaluator = sealed.evaluator();

    try (RelinearisationKey key = sealed.secret().relinearisationKey(sealed.context());
        CipherBlock input =
            new BlockEncryptor(sealed.context(), sealed.secret())
                .encrypt(TestBlocks.reals(random, 40, 9), 0x1p20);
        CipherBlock linear = evaluator.apply(dense, input);
        CipherBlock squares = evaluator.square(linear);
        CipherBlock groups = evaluator.applyAll(List.of(left, right), squares);
        CipherBlock leftOnly = evaluator.apply(left, squares);
        CipherBlock rightOnly = evaluator.apply(right, squares);
        CipherBlock atOnce = evaluator.applyToSquares(List.of(dense), List.of(left, right), input);
        CipherBlock ofLinear = evaluator.applyToSquares(List.of(), List.of(left, right), linear);
        CipherBlock relinearised = evaluator.relinearise(groups, key);
        CipherBlock once = evaluator.rescale(relinearised);
        CipherBlock twice = evaluator.rescale(once);
        CipherBlock reduced = evaluator.relineariseAndRescale(groups, key, 2);
        CipherBlock undivided = evaluator.relineariseAndRescale(groups, key, 0)) {
      assertEquals(7, groups.shape().ciphertexts());
      assertArrayEquals(bytes(groups), bytes(atOnce));
      assertArrayEquals(bytes(groups), bytes(ofLinear));
      assertArrayEquals(bytes(twice), bytes(reduced));
      assertArrayEquals(bytes(relinearised), bytes(undivided));
      RealColumns all = sealed.decryptor().decryptReal(groups);
      RealColumns first = sealed.decryptor().decryptReal(leftOnly);
      RealColumns rest = sealed.decryptor().decryptReal(rightOnly);
      assertArrayEquals(first.values(), Arrays.copyOf(all.values(), 4 * 9));
      assertArrayEquals(rest.values(), Arrays.copyOfRange(all.values(), 4 * 9, 7 * 9));
    }
  }

  @Test
  void realNumbersInSlotsThatAreNoRecordsComeBackToo() {
    int slots = sealed.parameters().ringDegree() / 2;
    double[] values = TestBlocks.reals(new Random(21), 2, slots).values();
    RealSlots found = RealSlots.zeros(3, slots, 9);
    try (CipherBlock block =
            new BlockEncryptor(sealed.context(), sealed.secret())
                .encrypt(new RealSlots(2, slots, 9, values), SCALE);
        CipherBlock twice =
            sealed.evaluator().addPlain(block, new RealSlots(2, slots, 9, values))) {
      sealed.decryptor().decryptReal(twice, found, 1);
    }
    for (int i = 0; i < values.length; i++) {
      assertEquals(2 * values[i], found.values()[slots + i], 1e-6);
    }
    RealSlots tooMany = RealSlots.zeros(1, slots + 1, 9);
    assertRefused(
        "A ciphertext has %d slots, not %d".formatted(slots, slots + 1),
        () ->
            new BlockEncryptor(sealed.context(), sealed.secret()).encrypt(tooMany, SCALE).close());
  }

  private byte[] bytes(CipherBlock block) {
    return TestBlocks.wire(sealed.context(), block);
  }

  @Test
  void largeNumbersSurviveADivisionThatLeavesAScaleBelowOne() {
    BlockEvaluator evaluator = sealed.evaluator();
    RealColumns large = new RealColumns(1, 2, new double[] {0x1p60, -0x1p59});
    IntegerLayer layer = IntegerLayer.dense(1, 1, new int[] {3}).withBias(new double[] {0x1p58});

    try (CipherBlock input =
            new BlockEncryptor(sealed.context(), sealed.secret()).encrypt(large, 0x1p20);
        CipherBlock rescaled = evaluator.rescale(input);
        CipherBlock output = evaluator.apply(layer, rescaled)) {
      assertTrue(rescaled.scale() < 1, "scale " + rescaled.scale());
      double[] values = sealed.decryptor().decryptReal(output).values();
      assertEquals(1, values[0] / (3 * 0x1p60 + 0x1p58), 1e-7);
      assertEquals(1, values[1] / (-3 * 0x1p59 + 0x1p58), 1e-7);
    }
  }

  @Test
  void realNumbersAddUpMultiplyAndSurviveDroppingAPrime() {
    Random random = new Random(14);
    RealColumns left = TestBlocks.reals(random, 2, 50);
    RealColumns right = TestBlocks.reals(random, 2, 50);
    BlockEvaluator evaluator = sealed.evaluator();
    BlockEncryptor encryptor = new BlockEncryptor(sealed.context(), sealed.publicKey());

    try (CipherBlock a = encryptor.encrypt(left, SCALE);
        CipherBlock b = encryptor.encrypt(right, SCALE);
        CipherBlock sum = evaluator.add(a, b);
        CipherBlock plainSum = evaluator.addPlain(a, right);
        CipherBlock product = evaluator.multiply(a, b);
        CipherBlock zero = evaluator.encryptionOfZero(sealed.publicKey(), a);
        CipherBlock same = evaluator.add(a, zero);
        CipherBlock smaller = evaluator.switchModulus(a)) {
      assertClose(combined(left, right, Double::sum), sum);
      assertClose(combined(left, right, Double::sum), plainSum);
      assertClose(combined(left, right, (x, y) -> x * y), product);
      assertClose(new double[100], zero);
      assertClose(left.values(), same);
      assertEquals(2, smaller.shape().limbs());
      assertClose(left.values(), smaller);
    }
  }

  private static void assertClose(double[] expected, CipherBlock block) {
    RealColumns found = sealed.decryptor().decryptReal(block);
    assertArrayEquals(expected, found.values(), TOLERANCE);
    assertEquals(block.records(), found.records());
  }

  private static long[] combined(
      IntegerColumns left, IntegerColumns right, LongBinaryOperator operator) {
    long[] values = new long[left.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = operator.applyAsLong(left.values()[i], right.values()[i]);
    }
    return values;
  }

  private static double[] combined(
      RealColumns left, RealColumns right, DoubleBinaryOperator operator) {
    double[] values = new double[left.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = operator.applyAsDouble(left.values()[i], right.values()[i]);
    }
    return values;
  }
}
