package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.testing.Slow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Weights drawn for every record, against the posterior and against rows that are drawn
 * independently of each other. With a fixed secret these tests always come out the same; with any
 * other, each fails by chance less than once in a million.
 */
@Slow
class RecordDrawsTest {

  private static final int INPUTS = 24;
  private static final int OUTPUTS = 12;
  private static final int BATCHES = 2000;
  private static final int RECORDS = 12;

  /** A normal variable is further out with probability below 10^-6, for a hundred of them too. */
  private static final double SIGMAS = 5.8;

  private static final float[] MEANS = new float[INPUTS * OUTPUTS];
  private static final float[] STDS = new float[INPUTS * OUTPUTS];
  private static final float[] BIAS_MEANS = new float[OUTPUTS];
  private static final float[] BIAS_STDS = new float[OUTPUTS];

  static {
    Random random = new Random(5);
    for (int i = 0; i < MEANS.length; i++) {
      MEANS[i] = (float) random.nextGaussian();
      STDS[i] = (float) (0.02 + random.nextDouble() * random.nextDouble());
    }
    for (int i = 0; i < OUTPUTS; i++) {
      BIAS_MEANS[i] = (float) random.nextGaussian();
      BIAS_STDS[i] = 0.3f;
    }
  }

  private final Model model =
      model(
          new WeightSet(
              Map.of("fc", new Gaussian(MEANS, STDS)),
              Map.of("fc", new Gaussian(BIAS_MEANS, BIAS_STDS)),
              Map.of()));
  private final Plan plan =
      new Bayhenn()
          .plan(model, PlanOptions.DEFAULT.withDraws(2).withPrivacy(ModelPrivacy.BAYESIAN));
  private final Round round = plan.rounds().get(0);
  private final double[] input = new Random(6).doubles(INPUTS, -1, 1).toArray();

  private static Model model(WeightSet weights) {
    Architecture architecture =
        new Architecture(
            "records",
            Task.REGRESSION,
            new InputSpec(Shape.flat(INPUTS), new Range(-1, 1), List.of()),
            List.of(new Dense("fc", INPUTS, OUTPUTS, true)),
            List.of(),
            Map.of());
    return new Model(architecture, Posterior.of(weights));
  }

  /** Every batch has an input of its own. */
  private static DrawPlace place(long batch, int draw) {
    return new DrawPlace(batch, 0, draw, new InputDigest(batch, 2, 3, 4));
  }

  /** Every record of a batch is the same. */
  private IntegerColumns integers() {
    long[] values = new long[INPUTS * RECORDS];
    for (int k = 0; k < INPUTS; k++) {
      Arrays.fill(values, k * RECORDS, (k + 1) * RECORDS, round.inputs().quantise(input[k]));
    }
    return new IntegerColumns(INPUTS, RECORDS, values);
  }

  private double quantised(int k) {
    return round.inputs().quantise(input[k]) * round.inputs().scale();
  }

  private double expectedMean(int row) {
    double mean = BIAS_MEANS[row];
    for (int k = 0; k < INPUTS; k++) {
      mean += MEANS[row * INPUTS + k] * quantised(k);
    }
    return mean;
  }

  private double expectedVariance(int row) {
    double variance = BIAS_STDS[row] * BIAS_STDS[row];
    for (int k = 0; k < INPUTS; k++) {
      variance += Math.pow(STDS[row * INPUTS + k] * quantised(k), 2);
    }
    return variance * TruncatedNormal.clippedAt(plan.clipSigmas()).variance();
  }

  /** Real outputs, {@code [batch][row * RECORDS + record]}. */
  private double[][] outputs(RecordDraws draws, boolean independentRows) {
    double[][] outputs = new double[BATCHES][];
    for (int batch = 0; batch < BATCHES; batch++) {
      outputs[batch] = new double[OUTPUTS * RECORDS];
      for (int row = 0; row < OUTPUTS; row++) {
        RecordStep drawn = draws.step(place(batch, 0), new RowRange(row, 1));
        if (independentRows) {
          drawn = withSeedOfItsOwn(drawn, batch * OUTPUTS + row);
        }
        long[] values = drawn.evaluate(integers()).values();
        for (int j = 0; j < RECORDS; j++) {
          outputs[batch][row * RECORDS + j] = values[j] * round.outputScale(row);
        }
      }
    }
    return outputs;
  }

  private static RecordStep withSeedOfItsOwn(RecordStep step, int number) {
    byte[] seed = new byte[step.seed().length];
    new Random(number).nextBytes(seed);
    return step.withSeed(seed);
  }

  @Test
  void everyOutputHasTheMeanAndTheVarianceOfIndependentWeights() {
    try (JobSecret secret = JobSecret.fixedForTests(21)) {
      RecordDraws draws = new RecordDraws(model, plan, secret);
      double[][] shared = outputs(draws, false);
      double[][] independent = outputs(draws, true);
      for (int row = 0; row < OUTPUTS; row++) {
        double mean = expectedMean(row);
        double variance = expectedVariance(row);
        double count = (double) BATCHES * RECORDS;
        // Half of the variance is the same for a whole batch. The square of a normal variable has
        // the variance 2.
        double ofMean = Math.sqrt(variance / 2 / count + variance / 2 / BATCHES);
        double ofVariance = variance * Math.sqrt(2.1 / count + 2.1 / 4 / BATCHES);

        assertEquals(mean, mean(shared, row), SIGMAS * ofMean, "row " + row);
        assertEquals(mean, mean(independent, row), SIGMAS * ofMean, "row " + row);
        assertEquals(variance, variance(shared, row, mean), SIGMAS * ofVariance, "row " + row);
        assertEquals(
            variance(independent, row, mean),
            variance(shared, row, mean),
            SIGMAS * Math.sqrt(2) * ofVariance,
            "row " + row);
      }
    }
  }

  private static double mean(double[][] outputs, int row) {
    return Arrays.stream(outputs)
        .flatMapToDouble(batch -> Arrays.stream(batch, row * RECORDS, (row + 1) * RECORDS))
        .average()
        .orElseThrow();
  }

  private static double variance(double[][] outputs, int row, double mean) {
    return Arrays.stream(outputs)
        .flatMapToDouble(batch -> Arrays.stream(batch, row * RECORDS, (row + 1) * RECORDS))
        .map(y -> (y - mean) * (y - mean))
        .average()
        .orElseThrow();
  }

  /** What the construction costs: within a batch, rows share what moves their records. */
  @Test
  void rowsAreUncorrelatedOverBatchesButNotWithinOne() {
    try (JobSecret secret = JobSecret.fixedForTests(22)) {
      RecordDraws draws = new RecordDraws(model, plan, secret);
      double[] correlations = correlations(outputs(draws, false));
      double[] independent = correlations(outputs(draws, true));
      double chance = 1 / Math.sqrt(RECORDS - 1);

      assertEquals(chance, rms(independent), 0.05 * chance);
      assertTrue(rms(correlations) > 1.2 * chance, "rms " + rms(correlations));
      double mean = Arrays.stream(correlations).average().orElseThrow();
      assertEquals(0, mean, SIGMAS * rms(correlations) / Math.sqrt(correlations.length));
    }
  }

  /** Of rows 0 and 1, 2 and 3, and so on, within each batch. */
  private static double[] correlations(double[][] outputs) {
    double[] correlations = new double[BATCHES * OUTPUTS / 2];
    int next = 0;
    for (double[] batch : outputs) {
      for (int row = 0; row < OUTPUTS; row += 2) {
        double[] one = centred(batch, row);
        double[] other = centred(batch, row + 1);
        double sum = 0;
        for (int j = 0; j < RECORDS; j++) {
          sum += one[j] * other[j];
        }
        correlations[next++] = sum / RECORDS / rms(one) / rms(other);
      }
    }
    return correlations;
  }

  private static double[] centred(double[] batch, int row) {
    double[] values = Arrays.copyOfRange(batch, row * RECORDS, (row + 1) * RECORDS);
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(value -> value - mean).toArray();
  }

  private static double rms(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).average().orElseThrow());
  }

  /** Otherwise a weight would show modulo its own deviation, whatever is added to it. */
  @Test
  void aMeanSaysNothingOfItselfModuloItsDeviation() {
    try (JobSecret secret = JobSecret.fixedForTests(23)) {
      RecordDraws draws = new RecordDraws(model, plan, secret);
      double[] sums = new double[2];
      double count = 0;
      for (int batch = 0; batch < 400; batch++) {
        RecordStep step = draws.step(place(batch, 0), new RowRange(0, OUTPUTS));
        long[] means = weights(step.means().get(0).evaluate(units(INPUTS)), OUTPUTS);
        long[] deviations = weights(step.deviations().get(0).evaluate(units(INPUTS + 1)), OUTPUTS);
        for (int row = 0; row < OUTPUTS; row++) {
          for (int k = 0; k < INPUTS; k++) {
            long deviation = Math.abs(deviations[row * (INPUTS + 1) + k]);
            assertTrue(deviation >= 1, "every weight moves");
            long rest = Math.floorMod(means[row * INPUTS + k], deviation);
            double angle = 2 * Math.PI * (rest + 0.5) / deviation;
            sums[0] += deviation > 2 ? Math.cos(angle) : 0;
            sums[1] += deviation > 2 ? Math.sin(angle) : 0;
            count += deviation > 2 ? 1 : 0;
          }
        }
      }
      assertTrue(count > 100_000);
      // Each term has the variance 1/2.
      assertEquals(0, sums[0], SIGMAS * Math.sqrt(count / 2));
      assertEquals(0, sums[1], SIGMAS * Math.sqrt(count / 2));
    }
  }

  private static IntegerColumns units(int columns) {
    long[] values = new long[columns * (columns + 1)];
    for (int k = 0; k < columns; k++) {
      values[k * (columns + 1) + k] = 1; // and the last record is nothing at all
    }
    return new IntegerColumns(columns, columns + 1, values);
  }

  private static long[] weights(IntegerColumns outputs, int rows) {
    int inputs = outputs.records() - 1;
    long[] weights = new long[rows * inputs];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < inputs; k++) {
        long[] values = outputs.values();
        weights[row * inputs + k] =
            values[row * (inputs + 1) + k] - values[row * (inputs + 1) + inputs];
      }
    }
    return weights;
  }

  @Test
  void rowsInAnyPiecesAreDrawnAlike() {
    try (JobSecret secret = JobSecret.fixedForTests(24)) {
      RecordDraws draws = new RecordDraws(model, plan, secret);
      long[] whole = draws.step(place(3, 1)).evaluate(integers()).values();
      int row = 7;
      long[] part = draws.step(place(3, 1), new RowRange(row, 2)).evaluate(integers()).values();

      assertArrayEquals(Arrays.copyOfRange(whole, row * RECORDS, (row + 2) * RECORDS), part);
      assertNotEquals(whole[0], draws.step(place(3, 0)).evaluate(integers()).values()[0]);
      assertNotEquals(whole[0], draws.step(place(4, 1)).evaluate(integers()).values()[0]);
    }
  }

  /** The shared part and the integers of records are each drawn anew. */
  @Test
  void underAnotherInputEverythingIsDrawnAnew() {
    DrawPlace one = new DrawPlace(3, 0, 1, new InputDigest(1, 2, 3, 4));
    DrawPlace other = new DrawPlace(3, 0, 1, new InputDigest(1, 2, 3, 5));
    byte[] seed = new byte[JobSecret.SEED_BYTES];
    try (JobSecret secret = JobSecret.fixedForTests(26);
        JobSecret repeating = JobSecret.ofSeed(seed)) {
      RecordStep step = new RecordDraws(model, plan, secret).step(one, new RowRange(0, OUTPUTS));
      RecordStep anew = new RecordDraws(model, plan, secret).step(other, new RowRange(0, OUTPUTS));
      assertFalse(Arrays.equals(step.seed(), anew.seed()));
      long[] shared = step.means().get(0).evaluate(units(INPUTS)).values();
      long[] sharedAnew = anew.means().get(0).evaluate(units(INPUTS)).values();
      long same = IntStream.range(0, shared.length).filter(i -> shared[i] == sharedAnew[i]).count();
      assertTrue(same < shared.length / 10, same + " of " + shared.length + " are the same");

      RecordDraws repeated = new RecordDraws(model, plan, repeating);
      assertArrayEquals(
          repeated.step(one).evaluate(integers()).values(),
          repeated.step(other).evaluate(integers()).values());
    }
  }

  @Test
  void integersAreTheRealDrawsRounded() {
    try (JobSecret secret = JobSecret.fixedForTests(25)) {
      RecordDraws draws = new RecordDraws(model, plan, secret);
      double[] reals = new double[INPUTS * RECORDS];
      for (int k = 0; k < INPUTS; k++) {
        Arrays.fill(reals, k * RECORDS, (k + 1) * RECORDS, quantised(k));
      }
      long[] integers = draws.step(place(0, 0)).evaluate(integers()).values();
      double[] outputs =
          draws.reals(place(0, 0)).evaluate(new RealColumns(INPUTS, RECORDS, reals)).values();
      for (int row = 0; row < OUTPUTS; row++) {
        for (int j = 0; j < RECORDS; j++) {
          int i = row * RECORDS + j;
          // Rounded are s, by less than 1, and the mean, by less than half of s.
          assertEquals(
              outputs[i],
              integers[i] * round.outputScale(row),
              0.6 * Math.sqrt(expectedVariance(row)));
        }
      }
    }
  }

  @Test
  void whatCannotBeDrawnForRecordsIsRefused() {
    Model point =
        model(
            new WeightSet(
                Map.of("fc", new Point(MEANS)), Map.of("fc", new Point(BIAS_MEANS)), Map.of()));
    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () ->
                new Bayhenn().plan(point, PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN)));
    assertEquals(
        "The model is a point estimate: there is nothing to draw, so model privacy 'bayesian' would hide nothing; use 'none'",
        refused.getMessage());
  }
}
