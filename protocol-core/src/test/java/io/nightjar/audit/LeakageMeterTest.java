package io.nightjar.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.AttackedBayhenn;
import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Architecture;
import io.nightjar.model.Bundled;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.privacy.Leakage;
import io.nightjar.privacy.LeakageCurve;
import io.nightjar.privacy.RoundLeakage;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.TestOptions;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares what the meter predicts with what attacks on answers find. All seeds are fixed. */
@Slow
class LeakageMeterTest {

  /** The factor by which measured and predicted errors may differ. */
  private static final double FACTOR = 1.5;

  private static final int ROWS = 16;

  private static Attacked attacked(Model model, int draws) {
    return attacked(model, draws, ModelPrivacy.BAYESIAN);
  }

  /** Returns a model under a plan whose batches are equally small with either model privacy. */
  private static Attacked attacked(Model model, int draws, ModelPrivacy privacy) {
    PlanOptions options =
        privacy == ModelPrivacy.NONE ? PlanOptions.DEFAULT : TestOptions.insecure(2048);
    return attacked(model, options.withPrivacy(privacy).withDraws(draws));
  }

  private static Attacked attacked(Model model, PlanOptions options) {
    return AttackedBayhenn.of(model, new Bayhenn().plan(model, options));
  }

  private static RoundOracle drawn(
      Attacked attacked, JobSecret secret, int round, RoundWeights weights) {
    Plan plan = attacked.plan();
    return new DrawnOracle(
        new Bayhenn().draws(attacked.model(), plan, secret), plan, round, weights);
  }

  private static void assertNear(double predicted, double measured, String what) {
    assertTrue(
        measured <= FACTOR * predicted && predicted <= FACTOR * measured,
        () -> "%s: predicted %.4f, measured %.4f".formatted(what, predicted, measured));
  }

  /** Returns the root mean square of an error over some runs, each with another seed. */
  private static double over(int runs, IntToDoubleFunction error) {
    double squares = 0;
    for (int run = 0; run < runs; run++) {
      double one = error.applyAsDouble(run);
      squares += one * one / runs;
    }
    return Math.sqrt(squares);
  }

  // --- natural inputs --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "0, 1, 2000",
    "0, 4, 2000",
    "1, 1, 20000",
    "1, 4, 20000",
    "2, 1, 30000",
    "2, 4, 30000"
  })
  void leastSquaresOverNaturalQueriesErrAsPredictedOverThreeOrdersOfMagnitude(
      int round, int draws, int most) throws IOException {
    Model model = Bundled.model("digits-mlp");
    Attacked attacked = attacked(model, draws);
    RealColumns inputs = NaturalInputs.of(attacked, Bundled.trainingDigits(2000)).get(round);
    RoundWeights weights = RoundWeights.of(attacked).get(round).sample(ROWS);
    AnswerNoise noise = AnswerNoise.of(attacked);
    NaturalLaw law = new NaturalLaw(weights, noise, inputs);
    RoundOracle oracle = new SimulatedOracle(attacked, weights, 5);

    for (int records = most / 1000; records <= most; records *= 10) {
      double measured = new LeastSquaresAttack(weights, noise).run(oracle, inputs, records);

      assertNear(law.error(records), measured, records + " records");
    }
  }

  /** The answers here are the very integers that a job computes. */
  @ParameterizedTest
  @CsvSource({"1, NONE", "4, NONE", "1, BAYESIAN", "4, BAYESIAN"})
  void leastSquaresOnDrawnWeightsErrAsPredicted(int draws, ModelPrivacy privacy)
      throws IOException {
    Model model = Bundled.model("digits-mlp");
    Attacked attacked = attacked(model, draws, privacy);
    RealColumns inputs = NaturalInputs.of(attacked, Bundled.trainingDigits(2000)).get(2);
    RoundWeights weights = RoundWeights.of(attacked).get(2);
    AnswerNoise noise = AnswerNoise.of(attacked);
    NaturalLaw law = new NaturalLaw(weights, noise, inputs);
    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      RoundOracle oracle = drawn(attacked, secret, 2, weights);
      for (int records : new int[] {20, 200, 2000, 20000}) {
        double measured = new LeastSquaresAttack(weights, noise).run(oracle, inputs, records);

        assertNear(law.error(records), measured, records + " records");
      }
    }
  }

  @Test
  void positionsOfAConvolutionAreFurtherEquations() {
    Model model = convolution();
    for (int draws : new int[] {1, 4}) {
      Attacked attacked = attacked(model, draws);
      RealColumns inputs = NaturalInputs.of(attacked, smoothImages(500)).get(0);
      RoundWeights weights = RoundWeights.of(attacked).get(0);
      AnswerNoise noise = AnswerNoise.of(attacked);
      NaturalLaw law = new NaturalLaw(weights, noise, inputs);
      for (int records : new int[] {3, 30, 300, 3000}) {
        double measured =
            over(
                3,
                run ->
                    new LeastSquaresAttack(weights, noise)
                        .run(new SimulatedOracle(attacked, weights, run), inputs, records));

        assertNear(law.error(records), measured, records + " records");
      }
    }
  }

  // --- chosen inputs ---------------------------------------------------------------------------

  private static void assertProbesErrAsPredicted(
      Attacked attacked, RoundWeights weights, List<Integer> multiples) {
    AnswerNoise noise = AnswerNoise.of(attacked);
    Probes probes = new Probes(weights.step(), weights.largestInput());
    int least = probes.leastRecords(noise.batchSize());
    for (int multiple : multiples) {
      int records = multiple * least;
      List<ProbeAttack.Errors> errors = new ArrayList<>();
      for (int run = 0; run < 4; run++) {
        RoundOracle oracle = new SimulatedOracle(attacked, weights, run);
        errors.add(new ProbeAttack(weights, noise).run(oracle, records));
      }
      assertNear(
          new AloneLaw(weights, noise, probes).error(records),
          over(4, run -> errors.get(run).alone()),
          records + " records, each row by itself");
      assertNear(
          new TogetherLaw(weights, noise, probes).error(records),
          over(4, run -> errors.get(run).together()),
          records + " records, rows together");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "2, 1", "2, 4"})
  void unitVectorsErrAsPredictedRowByRowAndTogether(int round, int draws) throws IOException {
    Model model = Bundled.model("digits-mlp");
    Attacked attacked = attacked(model, draws);
    RoundWeights weights = RoundWeights.of(attacked).get(round);

    assertProbesErrAsPredicted(attacked, weights.sample(ROWS), List.of(1, 4, 40));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void litColumnsOfAConvolutionErrAsPredicted(int draws) {
    Attacked attacked = attacked(convolution(), draws);
    RoundWeights weights = RoundWeights.of(attacked).get(0);

    assertProbesErrAsPredicted(attacked, weights, List.of(1, 10, 500));
  }

  /** All rows together cannot take out the part of the draws that a batch shares. */
  @Test
  void drawsForRecordsNeverLeakSoonerThanDrawsForBatches() throws IOException {
    for (String name : List.of("digits-mlp", "readmission-mlp")) {
      Model model = Bundled.model(name);
      Leakage records = LeakageMeter.measure(attacked(model, 8), Optional.empty());
      Leakage batches =
          LeakageMeter.measure(
              attacked(model, PlanOptions.DEFAULT.withDraws(8).withPrivacy(ModelPrivacy.BAYESIAN)),
              Optional.empty());
      Leakage open = LeakageMeter.measure(attacked(model, 8, ModelPrivacy.NONE), Optional.empty());
      for (int round = 0; round < open.rounds().size(); round++) {
        long together = recordsOf(batches.rounds().get(round).chosenTogether());
        assertTrue(recordsOf(open.rounds().get(round).chosenTogether()) <= together, name);
        LeakageCurve alone = records.rounds().get(round).chosen();
        LeakageCurve rows = records.rounds().get(round).chosenTogether();
        assertTrue(2 * recordsOf(rows) >= recordsOf(alone), name + ", round " + round);
        assertTrue(
            rows.errorAfter(100_000).orElseThrow() <= alone.errorAfter(100_000).orElseThrow());
      }
    }
  }

  private static long recordsOf(LeakageCurve curve) {
    return curve.recordsToTenPercent().orElseThrow();
  }

  // --- laws ------------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(ModelPrivacy.class)
  void errorsFallWithTheRecordsAndAreNeverAboveOne(ModelPrivacy privacy) throws IOException {
    Model model = Bundled.model("digits-mlp");
    for (int draws : new int[] {1, 8}) {
      Leakage leakage =
          LeakageMeter.measure(
              attacked(model, draws, privacy), Optional.of(Bundled.trainingDigits(300)));
      for (RoundLeakage round : leakage.rounds()) {
        for (LeakageCurve curve :
            List.of(round.natural().orElseThrow(), round.chosen(), round.chosenTogether())) {
          double last = 1;
          for (LeakageCurve.Point point : curve.points()) {
            assertTrue(point.error() <= last && point.error() >= 0, round + ": " + curve);
            last = point.error();
          }
          curve
              .recordsToTenPercent()
              .ifPresent(records -> assertTrue(records >= 1, curve::toString));
        }
      }
    }
  }

  @Test
  void moreDrawsLeakMore() throws IOException {
    Model model = Bundled.model("digits-mlp");
    List<Double> errors = new ArrayList<>();
    for (int draws : new int[] {1, 2, 8, 32}) {
      Attacked attacked = attacked(model, draws);
      RealColumns inputs = NaturalInputs.of(attacked, Bundled.trainingDigits(300)).get(1);
      AnswerNoise noise = AnswerNoise.of(attacked);
      RoundWeights weights = RoundWeights.of(attacked).get(1);
      errors.add(new NaturalLaw(weights, noise, inputs).error(1000));
    }
    for (int i = 1; i < errors.size(); i++) {
      assertTrue(errors.get(i) < errors.get(i - 1), errors.toString());
    }
  }

  @Test
  void inputsThatNeverVaryStayUnknown() throws IOException {
    Model model = Bundled.model("digits-mlp");
    Leakage leakage =
        LeakageMeter.measure(attacked(model, 8), Optional.of(Bundled.trainingDigits(300)));

    LeakageCurve natural = leakage.rounds().get(2).natural().orElseThrow();
    double late = natural.errorAfter(100_000_000).orElseThrow();
    assertEquals(natural.errorAfter(10_000_000).orElseThrow(), late, 0.01 * late);
    assertTrue(late > 0.05, "activations that are always 0 hide their weights: " + late);
  }

  @Test
  void pointEstimatesAreKnownExactlyOnceEveryInputHasBeenShown() {
    Model model = points();
    Attacked attacked = attacked(model, 1, ModelPrivacy.NONE);
    RoundWeights weights = RoundWeights.of(attacked).get(0);
    AnswerNoise noise = AnswerNoise.of(attacked);
    Probes probes = new Probes(weights.step(), weights.largestInput());
    int least = probes.leastRecords(noise.batchSize());

    RoundLeakage leakage =
        LeakageMeter.measure(attacked, Optional.of(noise(12, 400))).rounds().get(0);
    assertEquals(0, leakage.chosen().errorAfter(100).orElseThrow(), 1e-12);
    assertEquals(0, leakage.chosenTogether().errorAfter(100).orElseThrow(), 1e-12);
    assertEquals(0, leakage.natural().orElseThrow().errorAfter(100).orElseThrow(), 1e-3);
    long known = leakage.natural().orElseThrow().recordsToTenPercent().orElseThrow();
    assertTrue(known >= 12 && known <= 14, "12 inputs and a bias: " + known + " records");
    assertTrue(new AloneLaw(weights, noise, probes).error(least - 4) > 0.1, "not before");

    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      RoundOracle oracle = drawn(attacked, secret, 0, weights);
      assertEquals(0, new ProbeAttack(weights, noise).run(oracle, least).alone(), 1e-6);
      RealColumns inputs = NaturalInputs.of(attacked, noise(12, 400)).get(0);
      assertEquals(0, new LeastSquaresAttack(weights, noise).run(oracle, inputs, 30), 1e-3);
    }
  }

  /** The prediction for a row by itself has a closed form where all deviations are the same. */
  @Test
  void theErrorOfOneRowIsTheTextbooksWhereAllDeviationsAreAlike() {
    int inputs = 10;
    float[] means = new float[inputs];
    float[] deviations = new float[inputs];
    Arrays.fill(means, 0.5f);
    Arrays.fill(deviations, 0.25f);
    Model model = dense(inputs, 1, new Gaussian(means, deviations));
    Attacked attacked = attacked(model, 1);
    RoundWeights weights = RoundWeights.of(attacked).get(0);
    AnswerNoise noise = AnswerNoise.of(attacked);
    Probes probes = new Probes(weights.step(), weights.largestInput());

    int zeros = 4; // the root of 10, rounded up
    double shown = 1400.0 / (inputs + zeros);
    double half = 0.25 * 0.25 / 2; // a batch has half of the variance, a record the other
    double dither = half / 16 / 16 / 12;
    double variance = noise.variance() * (half / shown + half) + dither;
    assertEquals(
        Math.sqrt(variance / (variance + 0.25)),
        new AloneLaw(weights, noise, probes).error(1400),
        1e-6);
  }

  // --- models ----------------------------------------------------------------------------------

  private static Model dense(int inputs, int outputs, Parameter weights) {
    return new Model(
        new Architecture(
            "dense",
            Task.REGRESSION,
            new InputSpec(Shape.flat(inputs), new Range(0, 1), List.of()),
            List.of(new Dense("fc", inputs, outputs, false)),
            List.of(),
            Map.of()),
        Posterior.of(new WeightSet(Map.of("fc", weights), Map.of(), Map.of())));
  }

  private static Model points() {
    return dense(12, 5, new Point(normal(new Random(1), 60, 1)));
  }

  private static Model convolution() {
    Random random = new Random(2);
    Conv2d conv = new Conv2d("conv", 2, 6, 3, 1, 1, 1, true);
    float[] deviations = new float[6 * 2 * 9];
    Arrays.fill(deviations, 0.15f);
    float[] biasDeviations = new float[6];
    Arrays.fill(biasDeviations, 0.05f);
    WeightSet weights =
        new WeightSet(
            Map.of("conv", new Gaussian(normal(random, deviations.length, 0.3), deviations)),
            Map.of("conv", new Gaussian(normal(random, 6, 0.2), biasDeviations)),
            Map.of());
    return new Model(
        new Architecture(
            "convolution",
            Task.REGRESSION,
            new InputSpec(new Shape(2, 8, 8), new Range(0, 1), List.of()),
            List.of(conv, new Flatten("flatten")),
            List.of(),
            Map.of()),
        Posterior.of(weights));
  }

  private static float[] normal(Random random, int size, double deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static RealColumns noise(int columns, int records) {
    Random random = new Random(3);
    double[] values = new double[columns * records];
    Arrays.setAll(values, i -> random.nextDouble());
    return new RealColumns(columns, records, values);
  }

  /**
   * Returns images of two channels of 8 x 8 pixels; each pixel is the mean of its own noise and of
   * one number for the whole image.
   */
  private static RealColumns smoothImages(int records) {
    RealColumns noise = noise(2 * 64 + 1, records);
    double[] values = new double[2 * 64 * records];
    for (int i = 0; i < values.length; i++) {
      values[i] = (noise.values()[i] + noise.get(2 * 64, i % records)) / 2;
    }
    return new RealColumns(2 * 64, records, values);
  }
}
