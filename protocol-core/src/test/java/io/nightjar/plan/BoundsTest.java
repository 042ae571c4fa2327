package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.protocol.BatchStep;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.RandomNetworks;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

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
        new PlanOptions(
            Protocol.BAYHENN,
            1,
            activationBits,
            weightBits,
            clip,
            ModelPrivacy.NONE,
            0,
            PlanOptions.Security.INSECURE_FOR_TESTS,
            64);
    Plan plan = Planner.plan(model, options);
    int draw = recipe.posterior() == Posterior.Kind.ENSEMBLE ? 2 : 0;

    try (JobSecret secret = JobSecret.fixedForTests(2)) {
      Draws draws = Draws.of(model, plan, secret);
      for (Round round : plan.rounds()) {
        BatchStep step = (BatchStep) draws.integers(batch, round.index(), draw);
        for (IntegerLayer layer : step.layers()) {
          for (int output = 0; output < layer.rows() * layer.gathers(); output += 7) {
            for (int sign : new int[] {1, -1}) {
              IntegerColumns worst =
                  worst(layer, output, round.inputs(), round.inputColumns(), sign);
              long most =
                  Arrays.stream(step.evaluate(worst).values()).map(Math::abs).max().orElseThrow();
              assertTrue(most <= round.bound(), most + " exceeds " + round.bound());
            }
          }
        }
      }
    }
  }

  /** Of records too, whose draws nobody looks at beforehand. */
  @Property(tries = 100)
  void noInputAndNoDrawOfARecordLeavesTheBound(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 2, max = 10) int activationBits,
      @ForAll @DoubleRange(min = 0.1, max = 6) double clip,
      @ForAll long batch) {
    Model model = RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    PlanOptions options =
        new PlanOptions(
            Protocol.BAYHENN,
            1,
            activationBits,
            8,
            clip,
            ModelPrivacy.BAYESIAN,
            0,
            PlanOptions.Security.INSECURE_FOR_TESTS,
            64);
    Plan plan = Planner.plan(model, options);

    try (JobSecret secret = JobSecret.fixedForTests(3)) {
      Draws draws = Draws.of(model, plan, secret);
      for (Round round : plan.rounds()) {
        for (int end : new int[] {round.inputs().low(), round.inputs().high()}) {
          long[] values = new long[round.inputColumns() * 64];
          Arrays.fill(values, end);
          IntegerColumns extreme = new IntegerColumns(round.inputColumns(), 64, values);
          long[] outputs = draws.integers(batch, round.index(), 0).evaluate(extreme).values();
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
        Planner.plan(
            model, PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN).insecureForTests(64));

    for (QuantisedStep step : Planner.quantised(model, plan)) {
      double noise = step.noise(plan.parameters());
      assertTrue(Math.scalb(1.0, plan.floodBits()) >= Math.scalb(noise, 40), "noise " + noise);
    }
    assertTrue(plan.noiseMarginBits() >= Planner.LEAST_MARGIN_BITS);
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
}
