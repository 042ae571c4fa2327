package io.nightjar.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Softmax;
import io.nightjar.model.WeightSet;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.reference.LayerByLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OutputComparisonTest {

  /** More than go through a network at once. */
  private static final int RECORDS = 67;

  @Provide
  Arbitrary<RandomNetworks.Recipe> recipes() {
    return RandomNetworks.recipes();
  }

  @Property(tries = 100)
  void outputsAreThoseOfTheLayersOneByOneAndOthersAreNot(
      @ForAll("recipes") RandomNetworks.Recipe recipe) {
    Model model = RandomNetworks.model(recipe);
    RealColumns records = RandomNetworks.records(model, RECORDS, new Random(recipe.seed()));
    double[][] outputs = new double[RECORDS][];
    double largest = 0;
    for (int j = 0; j < RECORDS; j++) {
      outputs[j] = outputs(model, records, j);
      for (double one : outputs[j]) {
        largest = Math.max(largest, Math.abs(one));
      }
    }
    Assume.that(largest < 1e6);
    int width = OutputComparison.outputs(model);
    double[] values = new double[width * RECORDS];
    for (int k = 0; k < width; k++) {
      for (int j = 0; j < RECORDS; j++) {
        values[k * RECORDS + j] = outputs[j][k];
      }
    }

    OutputComparison found =
        OutputComparison.of(model, records, new RealColumns(width, RECORDS, values.clone()));
    assertEquals(RECORDS, found.records());
    assertEquals(largest, found.magnitude());
    assertTrue(found.largest() <= 1e-5 * Math.max(1, largest));

    values[values.length - 1] += 0.01 * Math.max(1, largest);
    RealColumns others = new RealColumns(width, RECORDS, values);
    assertThrows(InvalidModelException.class, () -> OutputComparison.of(model, records, others));
    values[values.length - 1] = Double.NaN;
    assertThrows(InvalidModelException.class, () -> OutputComparison.of(model, records, others));
  }

  private static double[] outputs(Model model, RealColumns records, int j) {
    double[] record = new double[records.columns()];
    for (int k = 0; k < record.length; k++) {
      record[k] = records.get(k, j);
    }
    List<Layer> layers = model.architecture().layers();
    int end = layers.size() - 1;
    String last = layers.get(layers.get(end) instanceof Softmax ? end - 1 : end).name();
    return model.posterior().members().stream()
        .flatMapToDouble(member -> Arrays.stream(all(model, member, record).get(last)))
        .toArray();
  }

  private static Map<String, double[]> all(Model model, WeightSet member, double[] record) {
    return LayerByLayer.outputs(model.architecture(), member, record);
  }
}
