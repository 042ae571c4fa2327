package io.nightjar.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Architecture;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.network.Network;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.reference.LayerByLayer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CalibratorTest {

  private static final int RECORDS = 7;

  @Provide
  Arbitrary<RandomNetworks.Recipe> points() {
    return RandomNetworks.recipes().map(recipe -> recipe.withPosterior(Posterior.Kind.POINT));
  }

  @Property(tries = 200)
  void endsAreThoseOfTheLayersOneByOne(@ForAll("points") RandomNetworks.Recipe recipe) {
    Model model = RandomNetworks.model(recipe);
    RealColumns records = RandomNetworks.records(model, RECORDS, new Random(recipe.seed()));
    Map<String, Range> expected = new LinkedHashMap<>();
    for (int j = 0; j < RECORDS; j++) {
      double[] record = new double[records.columns()];
      for (int k = 0; k < record.length; k++) {
        record[k] = records.get(k, j);
      }
      LayerByLayer.outputs(model.architecture(), model.posterior().weights(), record)
          .forEach(
              (layer, values) ->
                  expected.merge(layer, ends(values), (a, b) -> ends(a.low(), a.high(), b)));
    }

    try (Calibrator calibrator = new Calibrator(model, 2, 4)) {
      calibrator.add(records);
      List<LayerRange> found = calibrator.ranges(6);

      assertEquals(
          Network.quantised(model.architecture()), found.stream().map(LayerRange::layer).toList());
      for (LayerRange one : found) {
        Range ends = expected.get(one.layer());
        double tolerance = 1e-6 * Math.max(1, ends.magnitude());
        assertEquals(ends.low(), one.ends().low(), tolerance);
        assertEquals(ends.high(), one.ends().high(), tolerance);
        assertTrue(one.range().low() >= Math.min(0, one.ends().low()));
        assertTrue(one.range().high() <= Math.max(0, one.ends().high()));
      }
    }
  }

  private static Range ends(double[] values) {
    return new Range(
        Arrays.stream(values).min().orElseThrow(), Arrays.stream(values).max().orElseThrow());
  }

  private static Range ends(double low, double high, Range other) {
    return new Range(Math.min(low, other.low()), Math.max(high, other.high()));
  }

  private static Model chain(float weight) {
    Parameter one = new Point(new float[] {weight});
    Architecture architecture =
        new Architecture(
            "chain",
            Task.REGRESSION,
            new InputSpec(Shape.flat(1), new Range(-1, 1), List.of()),
            List.of(
                new Dense("a", 1, 1, false),
                new Dense("b", 1, 1, false),
                new Relu("r"),
                new BatchNorm("n", 1, 1e-5),
                new Relu("s"),
                new Dense("c", 1, 1, false)),
            List.of(),
            Map.of());
    return new Model(
        architecture,
        Posterior.of(
            new WeightSet(
                Map.of("a", one, "b", one, "c", one),
                Map.of(),
                Map.of(
                    "n",
                    new io.nightjar.model.BatchNormParameters(
                        Point.constant(1, 1),
                        Point.constant(1, 0),
                        Point.constant(1, 0),
                        Point.constant(1, 1))))));
  }

  @Example
  void aPlanWithoutRangesNamesAllThatAreMissingAndWithThemIsMade() {
    Model model = chain(2);
    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class, () -> new Bayhenn().plan(model, PlanOptions.DEFAULT));

    assertTrue(
        refused.getMessage().startsWith("The model has no ranges for \"a\", \"r\", \"s\", whose"),
        refused.getMessage());
    try (Calibrator calibrator = new Calibrator(model, 1, 4)) {
      calibrator.add(new RealColumns(1, 3, new double[] {-0.5, 0, 1}));
      Map<String, Range> ranges = new LinkedHashMap<>();
      calibrator.ranges(8).forEach(one -> ranges.put(one.layer(), one.range()));

      assertEquals(new Range(-1, 2), ranges.get("a"));
      assertEquals(new Range(0, 4), ranges.get("r"));
      Model calibrated = new Model(model.architecture().calibrated(ranges), model.posterior());
      assertEquals(4, new Bayhenn().plan(calibrated, PlanOptions.DEFAULT).rounds().size());
    }
  }

  @Example
  void outputsThatAreNoNumbersAreRefused() {
    try (Calibrator calibrator = new Calibrator(chain(Float.MAX_VALUE), 1, 4)) {
      RealColumns records = new RealColumns(1, 1, new double[] {Double.MAX_VALUE});

      InvalidModelException refused =
          assertThrows(InvalidModelException.class, () -> calibrator.add(records));

      assertTrue(refused.getMessage().contains("Layer \"a\" has an output that is infinite"));
    }
  }
}
