package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.TestBytes;
import io.nightjar.crypto.layer.Convolution;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.naive.NaiveSealLayer;
import io.nightjar.crypto.natives.Kernel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The integer product gives the very bits that SEAL's multiply_plain and add_inplace give: for
 * every kernel, scheme, form and number of polynomials, prime size, weight width and shape.
 */
class KernelEqualsSealTest {

  private static final int MAX_WEIGHT_BITS = IntegerLayer.MAX_WEIGHT_BITS;

  /** How the ciphertexts are written down; the packing follows, as the product does not see it. */
  enum Writing {
    BFV_COEFFICIENTS(Scheme.BFV, Form.COEFFICIENT),
    BFV_NTT(Scheme.BFV, Form.NTT),
    CKKS(Scheme.CKKS, Form.NTT);

    final Scheme scheme;
    final Form form;

    Writing(Scheme scheme, Form form) {
      this.scheme = scheme;
      this.form = form;
    }
  }

  /** Where the residues come from. */
  enum Source {
    ENCRYPTED,
    /** Encrypted and squared: three polynomials. */
    SQUARED,
    /** Every residue one below its prime, in three polynomials: the largest sums there are. */
    LARGEST
  }

  /** Parameters and a level of them; {@code plainBits} is the size of t, which BFV alone has. */
  record Ring(Writing writing, HeParameters parameters, int limbs, int plainBits) {

    /**
     * The widest weights that SEAL takes: in BFV w and w + t are one plaintext; the encoder of CKKS
     * wants two bits to spare, and takes negative integers only down to minus the smallest prime.
     */
    int maxWeightBits() {
      int bits = writing.scheme == Scheme.BFV ? plainBits - 1 : smallestPrimeBits() - 3;
      return Math.min(bits, MAX_WEIGHT_BITS);
    }

    private int smallestPrimeBits() {
      return parameters.primesAtLimbs(limbs).stream()
          .mapToInt(TestBytes::bitLength)
          .min()
          .orElseThrow();
    }
  }

  /** The lists of columns that all rows of a layer apply to. */
  record Gathers(int columns, int terms, List<Integer> gathered) {
    static Gathers of(int columns, int terms, int[] gathered) {
      return new Gathers(columns, terms, Arrays.stream(gathered).boxed().toList());
    }

    int count() {
      return gathered.size() / terms;
    }

    int[] array() {
      return gathered.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public String toString() {
      return "%d columns, %d terms, %d gathers".formatted(columns, terms, count());
    }
  }

  record Case(Ring ring, Source source, int rows, Gathers gathers, int weightBits, long seed) {

    IntegerLayer layer() {
      Random random = new Random(seed);
      int terms = gathers.terms();
      int[] weights = TestBlocks.weights(random, rows * terms, weightBits);
      // Some rows at one end of the range throughout: sums cannot get larger, or smaller.
      for (int row = 0; row < rows; row++) {
        switch (random.nextInt(3)) {
          case 0 -> Arrays.fill(weights, row * terms, (row + 1) * terms, -(1 << (weightBits - 1)));
          case 1 ->
              Arrays.fill(weights, row * terms, (row + 1) * terms, (1 << (weightBits - 1)) - 1);
          default -> {}
        }
      }
      // SEAL has no product to begin a sum with when all weights that meet a column are zero.
      for (int row = 0; row < rows; row++) {
        for (int gather = 0; gather < gathers.count(); gather++) {
          mend(weights, row * terms, gather * terms);
        }
      }
      return IntegerLayer.of(rows, terms, weights, gathers.array());
    }

    private void mend(int[] weights, int firstWeight, int firstGathered) {
      int live = -1;
      for (int k = 0; k < gathers.terms(); k++) {
        if (gathers.gathered().get(firstGathered + k) != IntegerLayer.NO_COLUMN) {
          live = k;
          if (weights[firstWeight + k] != 0) {
            return;
          }
        }
      }
      weights[firstWeight + live] = -1;
    }

    CipherBlock input(HeContext context) {
      Random random = new Random(~seed);
      HeParameters parameters = ring.parameters();
      boolean bfv = ring.writing().scheme == Scheme.BFV;
      if (source == Source.LARGEST) {
        return TestBlocks.ofResidues(
            context,
            new BlockShape(gathers.columns(), 3, ring.limbs(), ring.writing().form),
            bfv ? Packing.COEFFICIENTS : Packing.SLOTS,
            1,
            prime -> prime - 1);
      }
      BlockEvaluator evaluator = new BlockEvaluator(context);
      try (SecretKey key = SecretKey.generate(context)) {
        BlockEncryptor encryptor = new BlockEncryptor(context, key);
        CipherBlock block =
            bfv
                ? encryptor.encrypt(
                    TestBlocks.integers(random, gathers.columns(), 3, parameters.plainModulus()),
                    source == Source.SQUARED ? Packing.SLOTS : Packing.COEFFICIENTS,
                    Form.COEFFICIENT)
                : encryptor.encrypt(TestBlocks.reals(random, gathers.columns(), 3), 16);
        if (source == Source.SQUARED) {
          block = closing(block, evaluator.square(block));
        }
        while (block.shape().limbs() > ring.limbs()) {
          block = closing(block, evaluator.switchModulus(block));
        }
        return bfv ? closing(block, evaluator.toForm(block, ring.writing().form)) : block;
      }
    }

    private static CipherBlock closing(CipherBlock old, CipherBlock next) {
      old.close();
      return next;
    }
  }

  // --- the laws ------------------------------------------------------------------------------

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void everyKernelGivesTheBitsOfSeal(@ForAll("cases") Case c) {
    assertEveryKernelEqualsSeal(c);
  }

  /** The sums are folded every 4096 terms and packed in pieces of 1024; rows go by 256. */
  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void everyKernelGivesTheBitsOfSealForLongSumsAndManyRows(@ForAll("largeCases") Case c) {
    assertEveryKernelEqualsSeal(c);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void aLayerIsTheConcatenationOfItsTiles(
      @ForAll("cases") Case c, @ForAll("kernels") Kernel kernel) {
    try (HeContext context = HeContext.open(c.ring().parameters());
        CipherBlock input = c.input(context)) {
      Random random = new Random(c.seed());
      IntegerLayer layer = biased(c, random);
      BlockEvaluator evaluator = new BlockEvaluator(context, kernel, Cancellation.ON_INTERRUPT);
      List<ByteBuffer> whole;
      try (CipherBlock output = evaluator.apply(layer, input)) {
        whole = TestBlocks.columns(context, output);
      }
      List<ByteBuffer> assembled =
          new ArrayList<>(whole.stream().map(b -> (ByteBuffer) null).toList());
      for (int[] rows : pieces(random, layer.rows())) {
        for (int[] gathers : pieces(random, layer.gathers())) {
          var tile = new IntegerLayer.Tile(rows[0], rows[1], gathers[0], gathers[1]);
          try (CipherBlock output = evaluator.apply(layer, tile, input)) {
            assertEquals(tile.columns(), output.shape().ciphertexts());
            List<ByteBuffer> columns = TestBlocks.columns(context, output);
            for (int i = 0; i < columns.size(); i++) {
              int row = rows[0] + i / gathers[1];
              int gather = gathers[0] + i % gathers[1];
              assembled.set(row * layer.gathers() + gather, columns.get(i));
            }
          }
        }
      }
      assertEquals(whole, assembled);
    }
  }

  /** Prime bits and weight bits around 52, which one multiply-add holds, and at their ends. */
  @ParameterizedTest
  @CsvSource({
    "20,17", "27,24", "28,24", "29,23", "43,8", "44,7", "44,8", "44,9", "45,8", "51,1", "52,1",
    "53,2", "60,1", "60,8", "60,16", "60,23", "60,24"
  })
  void everyKernelGivesTheBitsOfSealForTheLargestSumsOfAWidth(int primeBits, int weightBits) {
    var parameters = HeParameters.ofAnySecurity(Scheme.CKKS, 64, List.of(primeBits, primeBits), 0);
    int terms = 4100;
    int[] gathered = new int[terms];

    for (long seed = 0; seed < 3; seed++) {
      assertEveryKernelEqualsSeal(
          new Case(
              new Ring(Writing.CKKS, parameters, 1, 0),
              Source.LARGEST,
              4,
              Gathers.of(1, terms, gathered),
              weightBits,
              seed));
    }
  }

  static List<Ring> realProfiles() {
    return List.of(
        new Ring(Writing.BFV_COEFFICIENTS, TestBlocks.OPEN, 1, 22),
        new Ring(Writing.BFV_NTT, TestBlocks.OPEN, 1, 22),
        new Ring(Writing.BFV_NTT, TestBlocks.SHIELDED, 2, 26),
        new Ring(Writing.BFV_COEFFICIENTS, TestBlocks.PER_RECORD, 2, 26),
        new Ring(Writing.BFV_NTT, TestBlocks.PER_RECORD, 3, 26),
        new Ring(Writing.CKKS, TestBlocks.SEALED, 3, 0));
  }

  @ParameterizedTest
  @MethodSource("realProfiles")
  void everyKernelGivesTheBitsOfSealAtTheProfilesOfProtocols(Ring ring) {
    Source source = ring.parameters().supportsSlotPacking() ? Source.SQUARED : Source.ENCRYPTED;
    int[] gathered = new Convolution(2, 4, 4, 3, 2, 1).gathers();

    assertEveryKernelEqualsSeal(new Case(ring, source, 9, Gathers.of(32, 18, gathered), 8, 1));
  }

  private static void assertEveryKernelEqualsSeal(Case c) {
    IntegerLayer layer = c.layer();
    try (HeContext context = HeContext.open(c.ring().parameters());
        CipherBlock input = c.input(context)) {
      List<ByteBuffer> expected = new ArrayList<>();
      try (NaiveSealLayer naive = new NaiveSealLayer(context, layer, input)) {
        for (int row = 0; row < layer.rows(); row++) {
          try (CipherBlock outputs = naive.row(row)) {
            expected.addAll(TestBlocks.columns(context, outputs));
          }
        }
      }
      for (Kernel kernel : Kernel.available()) {
        var evaluator = new BlockEvaluator(context, kernel, Cancellation.ON_INTERRUPT);
        try (CipherBlock output = evaluator.apply(layer, input)) {
          assertEquals(expected, TestBlocks.columns(context, output), kernel.name());
        }
      }
    }
  }

  private static IntegerLayer biased(Case c, Random random) {
    IntegerLayer layer = c.layer();
    if (c.ring().writing().scheme == Scheme.CKKS) {
      return layer.withBias(random.doubles(layer.rows(), -1, 1).toArray());
    }
    long t = c.ring().parameters().plainModulus();
    return layer.withBias(random.longs(layer.rows(), -(t / 2), (t + 1) / 2).toArray());
  }

  /** Cuts [0, length) into random pieces, each a first element and a count. */
  private static List<int[]> pieces(Random random, int length) {
    List<int[]> pieces = new ArrayList<>();
    for (int first = 0; first < length; ) {
      int count = 1 + random.nextInt(length - first);
      pieces.add(new int[] {first, count});
      first += count;
    }
    return pieces;
  }

  // --- what they range over ------------------------------------------------------------------

  @Provide
  Arbitrary<Kernel> kernels() {
    return Arbitraries.of(Kernel.available());
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Gathers> gathers =
        Arbitraries.oneOf(denseGathers(1, 40), arbitraryGathers(), convolutions());
    return cases(rings(10), Arbitraries.integers().between(1, 20), gathers);
  }

  @Provide
  Arbitrary<Case> largeCases() {
    Arbitrary<Case> long_ =
        cases(
            rings(7),
            Arbitraries.integers().between(1, 3),
            Arbitraries.oneOf(repeatedGathers(1), repeatedGathers(2)));
    Arbitrary<Case> tall =
        cases(rings(6), Arbitraries.of(255, 256, 257, 513, 520), denseGathers(1, 3));
    return Arbitraries.oneOf(long_, tall);
  }

  private static Arbitrary<Case> cases(
      Arbitrary<Ring> rings, Arbitrary<Integer> rows, Arbitrary<Gathers> gathers) {
    return rings.flatMap(
        ring ->
            Combinators.combine(
                    Arbitraries.of(sources(ring)),
                    rows,
                    gathers,
                    upTo(1, ring.maxWeightBits()),
                    Arbitraries.longs())
                .as((source, m, g, bits, seed) -> new Case(ring, source, m, g, bits, seed)));
  }

  private static List<Source> sources(Ring ring) {
    return ring.parameters().supportsSlotPacking()
        ? List.of(Source.ENCRYPTED, Source.SQUARED, Source.LARGEST)
        : List.of(Source.ENCRYPTED, Source.LARGEST);
  }

  private static Arbitrary<Ring> rings(int maxLogDegree) {
    Arbitrary<Integer> logDegrees = Arbitraries.integers().between(6, maxLogDegree);
    return logDegrees.flatMap(
        logDegree ->
            Combinators.combine(
                    Arbitraries.of(Writing.class),
                    // There are enough primes of every size from logDegree + 8 on.
                    Arbitraries.integers()
                        .between(logDegree + 8, 60)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(4),
                    Arbitraries.integers().between(2, 45),
                    Arbitraries.of(true, false),
                    Arbitraries.integers().between(1, 3))
                .as(
                    (writing, primeBits, plainBits, slots, limbs) ->
                        ring(writing, 1 << logDegree, primeBits, plainBits, slots, limbs)));
  }

  private static Ring ring(
      Writing writing,
      int degree,
      List<Integer> primeBits,
      int plainBits,
      boolean slots,
      int limbs) {
    int dataLimbs = Math.max(1, primeBits.size() - 1);
    int level = Math.min(limbs, dataLimbs);
    if (writing.scheme == Scheme.CKKS) {
      return new Ring(
          writing, HeParameters.ofAnySecurity(writing.scheme, degree, primeBits, 0), level, 0);
    }
    int levelBits = primeBits.stream().limit(level).mapToInt(bits -> bits - 1).sum();
    int bits = Math.min(plainBits, levelBits - 3);
    boolean batching = slots && bits > Integer.numberOfTrailingZeros(degree) + 6;
    // A plain modulus must not be one of the primes.
    long t =
        batching && !primeBits.contains(bits)
            ? HeParameters.batchingPlainModulus(degree, bits)
            : 1L << bits;
    // 2^bits has one bit more than a prime of that size, which leaves room for as wide a weight.
    return new Ring(
        writing, HeParameters.ofAnySecurity(writing.scheme, degree, primeBits, t), level, bits);
  }

  private static Arbitrary<Gathers> denseGathers(int minTerms, int maxTerms) {
    return Arbitraries.integers()
        .between(minTerms, maxTerms)
        .map(terms -> Gathers.of(terms, terms, IntStream.range(0, terms).toArray()));
  }

  /** Any columns in any order, some of them none. */
  private static Arbitrary<Gathers> arbitraryGathers() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(1, 20),
            Arbitraries.integers().between(1, 6),
            Arbitraries.longs())
        .as(
            (columns, terms, gathers, seed) -> {
              Random random = new Random(seed);
              int[] gathered = random.ints((long) terms * gathers, -1, columns).toArray();
              for (int gather = 0; gather < gathers; gather++) {
                gathered[gather * terms + random.nextInt(terms)] = random.nextInt(columns);
              }
              return Gathers.of(columns, terms, gathered);
            });
  }

  /** Any number between the two, and often the larger one. */
  private static Arbitrary<Integer> upTo(int least, int most) {
    return Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.just(most)),
        Tuple.of(4, Arbitraries.integers().between(least, most)));
  }

  /** Few columns read over and over, for sums longer than a fold. */
  private static Arbitrary<Gathers> repeatedGathers(int gathers) {
    return Arbitraries.of(1023, 1024, 1025, 4095, 4096, 4097, 5000)
        .map(
            terms -> {
              int[] gathered = new int[terms * gathers];
              Arrays.setAll(gathered, k -> k % 7 == 5 ? IntegerLayer.NO_COLUMN : k % 7);
              return Gathers.of(7, terms, gathered);
            });
  }

  private static Arbitrary<Gathers> convolutions() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(0, 2))
        .as(
            (channels, height, width, kernel, stride, padding) -> {
              int side = Math.min(kernel, Math.min(height, width));
              var convolution =
                  new Convolution(
                      channels, height, width, side, stride, Math.min(padding, side - 1));
              return Gathers.of(
                  channels * height * width, convolution.terms(), convolution.gathers());
            });
  }
}
