package io.nightjar.bench;

import static io.nightjar.naive.Timing.median;
import static io.nightjar.naive.Timing.nanos;
import static io.nightjar.naive.Timing.repeat;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.layer.Convolution;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.naive.NaiveSealLayer;
import io.nightjar.crypto.natives.Kernel;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures one linear layer three ways, in turn, on one thread.
 *
 * <p>The yardstick is the best loop that a SEAL user would write: plaintexts encoded beforehand,
 * once for each distinct weight, in whichever form of ciphertext makes that program faster.
 */
public final class KernelBench {

  /**
   * The bits of weights with their sign: at 44-bit primes the kernel is exact for these in one
   * digit.
   */
  private static final int WEIGHT_BITS = 8;

  /** Roughly the memory that the outputs of one call may take. */
  private static final long TILE_BYTES = 32L << 20;

  private static final HeParameters OPEN = HeParameters.bfv(2048, List.of(44), 1L << 22);
  private static final HeParameters SHIELDED =
      HeParameters.bfv(4096, List.of(44, 44, 18), 1L << 26);
  private static final HeParameters CRYPTONETS =
      HeParameters.ckks(8192, List.of(44, 44, 44, 44, 38));

  /** The layers that are measured unless others are asked for. */
  public static final List<Layer> STANDARD =
      List.of(
          Layer.dense(OPEN, 128, 784),
          Layer.dense(SHIELDED, 128, 784),
          Layer.dense(CRYPTONETS, 64, 128),
          Layer.convolution(OPEN, 16, new Convolution(1, 28, 28, 5, 1, 0)));

  /** Dense layers of 64 to 4096 columns, whose cost per product should be the same. */
  public static final List<Layer> SWEEP =
      Stream.of(64, 128, 256, 512, 784, 1024, 2048, 4096)
          .map(columns -> Layer.dense(OPEN, 128, columns))
          .toList();

  private KernelBench() {}

  /**
   * A layer to measure: dense, or a convolution.
   *
   * @param rows how many outputs it has, or maps if it is a convolution
   * @param columns how many columns the block has that it reads
   */
  public record Layer(
      HeParameters parameters, int rows, int columns, Optional<Convolution> convolution) {

    static Layer dense(HeParameters parameters, int rows, int columns) {
      return new Layer(parameters, rows, columns, Optional.empty());
    }

    static Layer convolution(HeParameters parameters, int maps, Convolution shape) {
      int columns = shape.channels() * shape.height() * shape.width();
      return new Layer(parameters, maps, columns, Optional.of(shape));
    }

    String name() {
      return convolution
          .map(
              shape ->
                  "conv %dx%d over %dx%d"
                      .formatted(
                          shape.vertical().kernel(),
                          shape.horizontal().kernel(),
                          shape.height(),
                          shape.width()))
          .orElseGet(() -> "dense %dx%d".formatted(rows, columns));
    }

    IntegerLayer integers(Random random) {
      int limit = 1 << (WEIGHT_BITS - 1);
      int terms = convolution.map(Convolution::terms).orElse(columns);
      int[] weights = random.ints((long) rows * terms, -limit, limit).toArray();
      return convolution
          .map(shape -> IntegerLayer.of(rows, terms, weights, shape.gathers()))
          .orElseGet(() -> IntegerLayer.dense(rows, terms, weights));
    }

    /**
     * Returns how many polynomials a ciphertext has: with CKKS three, as after a square, where
     * cryptonets computes linear layers.
     */
    int polys() {
      return parameters.scheme() == Scheme.CKKS ? 3 : 2;
    }
  }

  /** One line of output; the names are a contract with whoever reads the JSON. */
  public record Result(
      String model,
      int samples,
      String protocol,
      int threads,
      String kernel,
      int ringDegree,
      List<Integer> primeBits,
      int polynomials,
      int rows,
      int columns,
      int positions,
      double nanosPerProduct,
      double naiveSealNanosPerProduct,
      Form naiveSealForm,
      double ratioToNaiveSeal,
      double macsPerSecond,
      double ceilingMacsPerSecond,
      double fractionOfCeiling) {}

  /**
   * Measures a layer with a kernel, beside the naive program and the ceiling.
   *
   * @param rounds how many rounds the medians are taken over
   */
  public static Result measure(Layer layer, Kernel kernel, int rounds) {
    Random random = new Random(1);
    IntegerLayer integers = layer.integers(random);
    HeParameters parameters = layer.parameters();
    try (HeContext context = HeContext.open(parameters);
        SecretKey key = SecretKey.generate(context);
        CipherBlock input = encrypt(layer, context, key, random);
        CipherBlock converted = otherForm(context, input)) {
      BlockEvaluator evaluator = new BlockEvaluator(context, kernel, Cancellation.ON_INTERRUPT);
      int positions = integers.gathers();
      // The naive program computes one row of the layer at all its positions; in a dense layer that
      // is one output.
      CipherBlock fastest = fasterNaive(context, integers, input, converted);
      double[] fast = new double[rounds];
      double[] naive = new double[rounds];
      double[] ratio = new double[rounds];
      double[] ceiling = new double[rounds];
      double products = (double) layer.rows() * integers.terms() * positions;
      try (NaiveSealLayer program = new NaiveSealLayer(context, integers, fastest)) {
        for (int round = -1; round < rounds; round++) {
          int row = Math.floorMod(round, layer.rows());
          double fastNanos =
              repeat(0.1e9, () -> nanos(() -> evaluate(evaluator, integers, input))) / products;
          double naiveNanos =
              repeat(0.1e9, () -> nanos(() -> program.row(row).close()))
                  / ((double) integers.terms() * positions);
          double spin = spin(kernel);
          if (round >= 0) { // the first round warms up
            fast[round] = fastNanos;
            naive[round] = naiveNanos;
            ratio[round] = naiveNanos / fastNanos;
            ceiling[round] = spin;
          }
        }
      }
      double residues =
          (double) parameters.ringDegree() * input.shape().polys() * input.shape().limbs();
      double macsPerSecond = residues * 1e9 / median(fast);
      return new Result(
          layer.name(),
          1,
          "none",
          1,
          kernel.name(),
          parameters.ringDegree(),
          parameters.keyPrimes().stream()
              .map(p -> Long.SIZE - Long.numberOfLeadingZeros(p))
              .toList(),
          input.shape().polys(),
          layer.rows(),
          integers.terms(),
          positions,
          median(fast),
          median(naive),
          fastest.shape().form(),
          median(ratio),
          macsPerSecond,
          median(ceiling),
          macsPerSecond / median(ceiling));
    }
  }

  private static CipherBlock encrypt(Layer layer, HeContext context, SecretKey key, Random random) {
    BlockEncryptor encryptor = new BlockEncryptor(context, key);
    int columns = layer.columns();
    if (context.parameters().scheme() == Scheme.BFV) {
      int records = context.parameters().ringDegree();
      long[] values = random.longs((long) columns * records, -128, 128).toArray();
      return encryptor.encrypt(
          new IntegerColumns(columns, records, values), Packing.COEFFICIENTS, Form.COEFFICIENT);
    }
    int records = context.parameters().ringDegree() / 2;
    double[] values = random.doubles((long) columns * records, -1, 1).toArray();
    try (CipherBlock fresh = encryptor.encrypt(new RealColumns(columns, records, values), 0x1p40)) {
      return new BlockEvaluator(context).square(fresh);
    }
  }

  /** Returns the same ciphertexts in NTT form, the only one that CKKS has. */
  private static CipherBlock otherForm(HeContext context, CipherBlock block) {
    return new BlockEvaluator(context).toForm(block, Form.NTT);
  }

  private static CipherBlock fasterNaive(
      HeContext context, IntegerLayer layer, CipherBlock first, CipherBlock second) {
    return naiveNanos(context, layer, first) <= naiveNanos(context, layer, second) ? first : second;
  }

  private static double naiveNanos(HeContext context, IntegerLayer layer, CipherBlock input) {
    try (NaiveSealLayer program = new NaiveSealLayer(context, layer, input)) {
      program.row(0).close();
      return repeat(0.1e9, () -> nanos(() -> program.row(0).close()));
    }
  }

  /** Evaluates a layer in tiles, as a task with bounded memory does. */
  private static void evaluate(BlockEvaluator evaluator, IntegerLayer layer, CipherBlock input) {
    long position =
        CipherBlock.nativeBytes(input.parameters(), input.shape())
            / input.shape().ciphertexts()
            * layer.rows();
    int step = (int) Math.max(1, TILE_BYTES / position);
    for (int first = 0; first < layer.gathers(); first += step) {
      int count = Math.min(step, layer.gathers() - first);
      evaluator.apply(layer, new IntegerLayer.Tile(0, layer.rows(), first, count), input).close();
    }
  }

  private static double spin(Kernel kernel) {
    long iterations = 2_000_000;
    long start = System.nanoTime();
    long macs = kernel.spin(iterations);
    return macs * 1e9 / (System.nanoTime() - start);
  }
}
