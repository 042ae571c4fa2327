package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Activation;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.RoundMeasures;
import io.nightjar.protocol.TestParties;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that values outside the range that a plan takes are counted, wherever they turn up. */
class RoundMeasuresTest {

  private static final int DRAWS = 2;
  private static final int RECORDS = 4;

  /** Three of these 12 lie outside [-1, 1]; four of their doubles lie outside [0, 1.5]. */
  private static final RealColumns VALUES =
      new RealColumns(3, RECORDS, new double[] {0, 0.5, 1, 255, -1, -1.5, 0.7, 0.9, 0.1, -9, 1, 0});

  /** Doubles its three inputs, applies an activation and adds them up. */
  private static Model model(Activation activation, Range calibrated) {
    float[] doubles = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    List<Layer> layers =
        List.of(new Dense("fc1", 3, 3, false), activation, new Dense("fc2", 3, 1, false));
    return new Model(
        new Architecture(
            "doubles",
            Task.REGRESSION,
            new InputSpec(Shape.flat(3), new Range(-1, 1), List.of()),
            layers,
            List.of(),
            Map.of(activation.name(), calibrated)),
        Posterior.of(
            new WeightSet(
                Map.of("fc1", nearly(doubles), "fc2", nearly(1, 1, 1)), Map.of(), Map.of())));
  }

  private static Gaussian nearly(float... means) {
    float[] deviations = new float[means.length];
    Arrays.fill(deviations, 1e-4f);
    return new Gaussian(means, deviations);
  }

  private static RoundMeasures measured(Model model, Plan plan, RealColumns values) {
    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      return TestParties.score(model, plan, secret, 0, values).measures();
    }
  }

  static List<Trial> ofIntegers() {
    return Trial.ofIntegers();
  }

  static List<Trial> ofRealNumbers() {
    return Trial.all().stream().filter(trial -> !ofIntegers().contains(trial)).toList();
  }

  @ParameterizedTest
  @MethodSource("ofIntegers")
  void clampedValuesOfEveryRoundAreCountedOverAllDraws(Trial trial) {
    Model model = model(new Relu("relu"), new Range(0, 1.5));
    Plan plan = trial.plan(model, trial.options().withDraws(DRAWS));

    RoundMeasures measures = measured(model, plan, VALUES);

    assertEquals(VALUES.values().length, measures.inputs(0), "which serve all draws");
    assertEquals(3, measures.outside(0));
    assertEquals((long) DRAWS * VALUES.values().length, measures.inputs(1));
    assertEquals(DRAWS * 4, measures.outside(1));
  }

  @ParameterizedTest
  @MethodSource("ofRealNumbers")
  void inputsOutsideTheModelsRangeAreCountedThoughNobodyClampsThem(Trial trial) {
    Model squares = model(new Square("square"), new Range(0, 9));
    Plan plan = trial.plan(squares, trial.options().withDraws(DRAWS));
    RealColumns values =
        new RealColumns(3, RECORDS, new double[] {0, 1, -1, 1.01, -1.2, 1, 0, 0, 0.5, 0, 1, -1});

    RoundMeasures measures = measured(squares, plan, values);

    assertEquals(12, measures.inputs(0));
    assertEquals(2, measures.outside(0));
  }

  @ParameterizedTest
  @MethodSource("ofIntegers")
  void batchesOnManyThreadsAreAllCounted(Trial trial) {
    Model model = model(new Relu("relu"), new Range(0, 1.5));
    Plan plan = trial.plan(model);
    long batches = 200;
    try (JobSecret secret = JobSecret.fixedForTests(1);
        TestParties parties = new TestParties(model, plan, secret)) {
      DataOwner owner = parties.dataOwner();

      LongStream.range(0, batches)
          .parallel()
          .forEach(batch -> owner.open(batch, VALUES).upload(0).close());

      assertEquals(batches * VALUES.values().length, owner.measures().inputs(0));
      assertEquals(batches * 3, owner.measures().outside(0));
      assertEquals(0, owner.measures().inputs(1), "of a round that was not reached");
    }
  }
}
