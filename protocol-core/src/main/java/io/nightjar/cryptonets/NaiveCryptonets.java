package io.nightjar.cryptonets;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.naive.NaiveSealCosts;
import io.nightjar.crypto.naive.NaiveSealLayer;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.naive.NonZeroProducts;
import io.nightjar.naive.Timing;
import io.nightjar.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Measures what a program that is written against SEAL's CKKS takes for one batch of a plan, on
 * threads that have a batch each. The program computes one product at a time, relinearises after
 * each square, and rescales as the plan does.
 *
 * <p>Products, squares, rescaling, encryption and decryption are measured on a few columns at each
 * level's primes and multiplied by their numbers. Biases, and exchanging anything, count for
 * nothing.
 */
final class NaiveCryptonets implements NaiveProgram {

  /** The most bits of a scale; times do not depend on it, as long as values fit. */
  private static final int MOST_SCALE_BITS = 18;

  private final Plan plan;
  private final CryptonetsSheet sheet;
  private final List<List<IntegerLayer>> layers = new ArrayList<>();
  private final List<Long> products = new ArrayList<>();

  NaiveCryptonets(Model model, Plan plan) {
    this.plan = plan;
    this.sheet = (CryptonetsSheet) plan.sheet();
    try (JobSecret secret = JobSecret.fresh()) {
      DrawnNetwork drawn =
          new NetworkDraws(model, plan, secret).network(DrawPlace.withoutInput(0, 0, 0));
      for (DrawnNetwork.Layer layer : drawn.layers()) {
        layers.add(layer.linear().layers());
        products.add(layer.linear().layers().stream().mapToLong(NonZeroProducts::of).sum());
      }
    }
  }

  @Override
  public String description() {
    return "The naive program of cryptonets encrypts, multiplies and decrypts with SEAL's CKKS.";
  }

  @Override
  public Seconds perBatch(double linearNanos) {
    double evaluation = 0;
    try (HeContext context = HeContext.open(sheet.encryption());
        SecretKey key = SecretKey.generate(context)) {
      int first = sheet.levels().get(0).limbs();
      double encrypt =
          NaiveSealCosts.measure(context, first, sheet.scale()).encrypt()
              * sheet.levels().get(0).input().size();
      for (Level level : sheet.levels()) {
        int outputs = level.output().size();
        evaluation +=
            productNanos(context, key, level, linearNanos) / 1e9 * products.get(level.index());
        for (int dropped = 0; dropped < level.dropped(); dropped++) {
          evaluation += costs(context, level.limbs() - dropped).rescale() * outputs;
        }
        if (level.squared()) {
          evaluation += costs(context, level.limbs() - level.dropped()).square() * outputs;
        }
      }
      double decrypt = costs(context, sheet.lattice().resultLimbs()).decrypt() * plan.outputs();
      return new Seconds(encrypt, evaluation * plan.draws(), decrypt * plan.draws());
    }
  }

  /** Measures costs at a scale that leaves room for a square. */
  private static NaiveSealCosts costs(HeContext context, int limbs) {
    double bits =
        context.parameters().dataPrimes().stream()
            .limit(limbs)
            .mapToDouble(prime -> Math.log(prime.doubleValue()) / Math.log(2))
            .sum();
    int scaleBits = (int) Math.min(MOST_SCALE_BITS, bits / 2 - 2);
    return NaiveSealCosts.measure(context, limbs, Math.scalb(1.0, scaleBits));
  }

  /**
   * Measures a product of ciphertexts of two polynomials, because this program relinearises before
   * the products.
   */
  private double productNanos(HeContext context, SecretKey key, Level level, double nanos) {
    IntegerLayer layer = layers.get(level.index()).get(0); // groups are alike
    int columns = level.input().size();
    double[] values = new double[columns];
    java.util.Arrays.fill(values, 0.5);
    Random random = new Random(2);
    BlockEvaluator evaluator = new BlockEvaluator(context);
    CipherBlock input =
        new BlockEncryptor(context, key)
            .encrypt(new RealColumns(columns, 1, values), Math.scalb(1.0, MOST_SCALE_BITS));
    try {
      while (input.shape().limbs() > level.limbs()) {
        CipherBlock smaller = evaluator.switchModulus(input);
        input.close();
        input = smaller;
      }
      double measured = 0;
      double taken = 0;
      try (NaiveSealLayer naive = new NaiveSealLayer(context, layer, input)) {
        while (measured == 0 || taken < nanos) {
          int row = random.nextInt(layer.rows());
          int gather = random.nextInt(layer.gathers());
          int terms = layer.products(row, gather);
          if (terms > 0) { // SEAL has no sum of nothing
            naive.output(row, gather).close(); // its weights are encoded once, and not counted
            measured += terms;
            taken += Timing.nanos(() -> naive.output(row, gather).close());
          }
        }
      }
      return taken / measured;
    } finally {
      input.close();
    }
  }
}
