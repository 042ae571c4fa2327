package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.network.Network;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.TestOptions;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.BatchStep;
import io.nightjar.rounds.RowBounds;
import io.nightjar.rounds.StepPlanner;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Tests that no draw and no input leaves what a plan proves. */
class BoundsTest {

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Property(tries = 200)
  void noInputAndNoDrawLeavesTheBound(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 2, max = 10) int activationBits,
      @ForAll @IntRange(min = 2, max = 10) int weightBits,
      @ForAll @DoubleRange(min = 0.1, max = 6) double clip,
      @ForAll long batch) {
    Model model = RandomNetworks.model(recipe);
    PlanOptions options =
        TestOptions.insecure(64).withBits(activationBits, weightBits).withClip(clip);
    Plan plan = new Bayhenn().plan(model, options);
    int draw = recipe.posterior() == Posterior.Kind.ENSEMBLE ? 2 : 0;

    try (JobSecret secret = JobSecret.fixedForTests(2)) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      for (Round round : plan.rounds()) {
        DrawPlace place = DrawPlace.withoutInput(batch, round.index(), draw);
        BatchStep step = draws.step(place, new RowRange(0, round.rows()));
        for (IntegerLayer layer : step.layers()) {
          for (int output = 0; output < layer.rows() * layer.gathers(); output += 7) {
            for (int sign : new int[] {1, -1}) {
              IntegerColumns worst =
                  worst(layer, output, round.inputs(), round.inputFeatures(), sign);
              long most =
                  Arrays.stream(step.evaluate(worst).values()).map(Math::abs).max().orElseThrow();
              assertTrue(most <= round.bound(), most + " exceeds " + round.bound());
            }
          }
        }
      }
    }
  }

  /** The draws of records keep within it too, though nobody looks at those beforehand. */
  @Property(tries = 100)
  void noInputAndNoDrawOfARecordLeavesTheBound(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 2, max = 10) int activationBits,
      @ForAll @DoubleRange(min = 0.1, max = 6) double clip,
      @ForAll long batch) {
    Model model = RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    PlanOptions options =
        TestOptions.insecure(64)
            .withBits(activationBits, 8)
            .withClip(clip)
            .withPrivacy(ModelPrivacy.BAYESIAN);
    Plan plan = new Bayhenn().plan(model, options);

    try (JobSecret secret = JobSecret.fixedForTests(3)) {
      RecordDraws draws = new RecordDraws(model, plan, secret);
      for (Round round : plan.rounds()) {
        for (int end : new int[] {round.inputs().low(), round.inputs().high()}) {
          long[] values = new long[round.inputFeatures() * 64];
          Arrays.fill(values, end);
          IntegerColumns extreme = new IntegerColumns(round.inputFeatures(), 64, values);
          DrawPlace place = DrawPlace.withoutInput(batch, round.index(), 0);
          long[] outputs = draws.step(place).evaluate(extreme).values();
          long most = Arrays.stream(outputs).map(Math::abs).max().orElseThrow();
          assertTrue(most <= round.bound(), most + " exceeds " + round.bound());
        }
      }
    }
  }

  /** What a result may hide under is 2^40 times as large as what it has to hide. */
  @Property(tries = 50)
  void resultsAreFloodedAndStillDecrypt(@ForAll("networks") RandomNetworks.Recipe recipe) {
    Model model = RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    Plan plan =
        new Bayhenn().plan(model, TestOptions.insecure(64).withPrivacy(ModelPrivacy.BAYESIAN));
    BayhennSheet sheet = (BayhennSheet) plan.sheet();
    double flood = Math.scalb(1.0, sheet.lattice().floodBits());
    int floodLimbs = sheet.lattice().floodLimbs();

    Network network = Network.withPoolsApart(model.architecture());
    for (RecordQuantisation step :
        StepPlanner.quantisations(model, network, plan, RecordQuantisation::of)) {
      for (RecordBounds row : step.bounds()) {
        double noise =
            NoiseModel.divided(
                sheet.encryption(), floodLimbs, NoiseModel.noise(sheet.encryption(), row));
        assertTrue(flood >= Math.scalb(noise, 40), "noise " + noise);
      }
    }
    assertTrue(plan.noiseMarginBits() >= BayhennPlanner.LEAST_MARGIN_BITS);
  }

  /** The input that pushes one output as far as the quantiser allows. */
  private static IntegerColumns worst(
      IntegerLayer layer, int output, Quantiser inputs, int columns, int sign) {
    long[] probe = new long[columns * columns];
    for (int k = 0; k < columns; k++) {
      probe[k * columns + k] = 1; // record k has a one in column k only
    }
    long[] response = layer.evaluate(new IntegerColumns(columns, columns, probe)).values();
    long[] bias = layer.evaluate(new IntegerColumns(columns, 1, new long[columns])).values();
    long[] worst = new long[columns];
    for (int k = 0; k < columns; k++) {
      long weight = response[output * columns + k] - bias[output];
      worst[k] = weight * sign > 0 ? inputs.high() : inputs.low();
    }
    return new IntegerColumns(columns, 1, worst);
  }

  /** Bounds of rounding add up; of what is random, the squares do. */
  @Property
  void noiseOfRowsThatShareASlotAddsUp(@ForAll @IntRange(min = 1, max = 100) int rows) {
    RowBounds row = new RowBounds(3000, 2000, 400_000, 7);
    double random = 11 * Math.sqrt(400_000 * 21 / 2.0);

    assertEquals(rows * 2500 + 0.5 + random * Math.sqrt(rows), NoiseModel.noise(row, rows), 1e-6);
  }
}
