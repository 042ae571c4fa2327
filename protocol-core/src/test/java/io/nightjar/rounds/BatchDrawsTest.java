package io.nightjar.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.PlanOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The weights that executors multiply by, against the posterior. With a fixed secret these tests
 * always come out the same; with any other, each fails by chance less than once in a million.
 */
class BatchDrawsTest {

  private static final int INPUTS = 40;
  private static final int OUTPUTS = 25;
  private static final int BATCHES = 200;

  /** A normal variable is further out with probability below 10^-6. */
  private static final double SIGMAS = 4.9;

  private static final double MEAN = 0.3;
  private static final double STD = 0.2;

  private final Model model = model();
  private final Plan plan = new Bayhenn().plan(model, PlanOptions.DEFAULT.withDraws(2));

  private static Model model() {
    float[] means = new float[INPUTS * OUTPUTS];
    float[] stds = new float[INPUTS * OUTPUTS];
    Arrays.fill(means, (float) MEAN);
    Arrays.fill(stds, (float) STD);
    Architecture architecture =
        new Architecture(
            "draws",
            Task.REGRESSION,
            new InputSpec(Shape.flat(INPUTS), new Range(0, 1), List.of()),
            List.of(new Dense("fc", INPUTS, OUTPUTS, false)),
            List.of(),
            Map.of());
    WeightSet weights = new WeightSet(Map.of("fc", new Gaussian(means, stds)), Map.of(), Map.of());
    return new Model(architecture, Posterior.of(weights));
  }

  /** The weights of one draw as real numbers, after rounding. */
  private double[] rounded(BatchDraws draws, long batch, int draw) {
    return rounded(draws, DrawPlace.withoutInput(batch, 0, draw));
  }

  private double[] rounded(BatchDraws draws, DrawPlace place) {
    long[] unit = new long[INPUTS * INPUTS];
    for (int k = 0; k < INPUTS; k++) {
      unit[k * INPUTS + k] = 1;
    }
    long[] weights = draws.step(place).evaluate(new IntegerColumns(INPUTS, INPUTS, unit)).values();
    double[] real = new double[weights.length];
    for (int i = 0; i < real.length; i++) {
      double scale = plan.rounds().get(0).outputScale(i / INPUTS);
      real[i] = weights[i] * scale / plan.rounds().get(0).inputs().scale();
    }
    return real;
  }

  @Test
  void roundedWeightsHaveThePosteriorsMeanAndVariance() {
    try (JobSecret secret = JobSecret.fixedForTests(11)) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      double sum = 0;
      double squares = 0;
      double largest = 0;
      for (int batch = 0; batch < BATCHES; batch++) {
        for (double weight : rounded(draws, batch, 0)) {
          double z = (weight - MEAN) / STD;
          sum += z;
          squares += z * z;
          largest = Math.max(largest, Math.abs(z));
        }
      }
      double count = (double) BATCHES * INPUTS * OUTPUTS;
      double step = (MEAN + plan.clipSigmas() * STD) / 127 / STD;
      double variance = TruncatedNormal.clippedAt(plan.clipSigmas()).variance() + step * step / 12;
      assertEquals(0, sum / count, SIGMAS * Math.sqrt(variance / count));
      assertEquals(variance, squares / count, SIGMAS * Math.sqrt(2.1 / count));
      assertTrue(largest <= plan.clipSigmas() + step / 2);
      assertTrue(largest > 3.8, "200,000 draws reach far into the tail");
    }
  }

  @Test
  void drawsBatchesAndRoundsAreUncorrelated() {
    try (JobSecret secret = JobSecret.fixedForTests(12)) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      assertUncorrelated(rounded(draws, 0, 0), rounded(draws, 0, 1));
      assertUncorrelated(rounded(draws, 0, 0), rounded(draws, 1, 0));
      assertUncorrelated(rounded(draws, 0, 1), rounded(draws, 1, 0));
    }
  }

  private static void assertUncorrelated(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - MEAN) * (b[i] - MEAN) / (STD * STD);
    }
    assertEquals(0, sum / a.length, SIGMAS / Math.sqrt(a.length));
  }

  @Test
  void theSameSecretGivesTheSameWeightsAndAnotherGivesOthers() {
    try (JobSecret secret = JobSecret.fixedForTests(1);
        JobSecret same = JobSecret.fixedForTests(1);
        JobSecret other = JobSecret.fixedForTests(2)) {
      double[] weights = rounded(new BatchDraws(model, plan, secret), 3, 1);

      assertArrayEquals(weights, rounded(new BatchDraws(model, plan, same), 3, 1));
      assertFalse(Arrays.equals(weights, rounded(new BatchDraws(model, plan, other), 3, 1)));
    }
  }

  /** Two inputs for one batch, round and draw are no two equations for the same weights. */
  @Test
  void drawsForDifferentInputsAreUncorrelatedUnlessASeedIsRepeated() {
    DrawPlace one = new DrawPlace(3, 0, 1, new InputDigest(1, 2, 3, 4));
    List<DrawPlace> others =
        List.of(
            new DrawPlace(3, 0, 1, new InputDigest(0, 2, 3, 4)),
            new DrawPlace(3, 0, 1, new InputDigest(1, 0, 3, 4)),
            new DrawPlace(3, 0, 1, new InputDigest(1, 2, 0, 4)),
            new DrawPlace(3, 0, 1, new InputDigest(1, 2, 3, 0)));
    try (JobSecret secret = JobSecret.fixedForTests(13);
        JobSecret repeating = JobSecret.ofSeed(new byte[JobSecret.SEED_BYTES])) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      BatchDraws repeated = new BatchDraws(model, plan, repeating);
      assertArrayEquals(rounded(draws, one), rounded(draws, one));
      for (DrawPlace other : others) {
        assertUncorrelated(rounded(draws, one), rounded(draws, other));
        assertArrayEquals(rounded(repeated, one), rounded(repeated, other));
      }
    }
  }

  @Test
  void integersAreTheRealDrawsRounded() {
    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      double[] rounded = rounded(draws, 0, 0);
      double[] reals = responses(draws.reals(DrawPlace.withoutInput(0, 0, 0)));
      double step = (MEAN + plan.clipSigmas() * STD) / 127;
      for (int row = 0; row < OUTPUTS; row++) {
        for (int k = 0; k < INPUTS; k++) {
          assertEquals(reals[row * INPUTS + k], rounded[row * INPUTS + k], step * 0.500001);
        }
      }
    }
  }

  /** What each input adds to each output. */
  private static double[] responses(RealStep step) {
    double[] units = new double[INPUTS * (INPUTS + 1)];
    for (int k = 0; k < INPUTS; k++) {
      units[k * (INPUTS + 1) + k] = 1; // and the last record is nothing at all
    }
    double[] outputs = step.evaluate(new RealColumns(INPUTS, INPUTS + 1, units)).values();
    double[] responses = new double[OUTPUTS * INPUTS];
    for (int row = 0; row < OUTPUTS; row++) {
      double nothing = outputs[row * (INPUTS + 1) + INPUTS];
      for (int k = 0; k < INPUTS; k++) {
        responses[row * INPUTS + k] = outputs[row * (INPUTS + 1) + k] - nothing;
      }
    }
    return responses;
  }
}
