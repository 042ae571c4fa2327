package io.nightjar.calibration;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Architecture;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Softmax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How far a model's outputs are from those that somebody else has computed, with means as weights
 * and before a softmax at the end.
 *
 * @param records of how many records
 * @param largest the largest difference of an output
 * @param magnitude the largest output
 */
public record OutputComparison(int records, double largest, double magnitude) {

  /** Single precision on one side, sums in another order: so much of the largest output. */
  private static final double TOLERANCE = 1e-4;

  private static final int AT_ONCE = 64;

  /** Returns how many outputs a record has: of an ensemble, those of one member after another. */
  public static int outputs(Model model) {
    return model.posterior().members().size() * outputsOfMember(model.architecture());
  }

  private static int outputsOfMember(Architecture architecture) {
    return architecture.shapes().get(last(architecture)).size();
  }

  /** Returns the name of the last layer that is no softmax, which keeps the shape. */
  private static String last(Architecture architecture) {
    List<Layer> layers = architecture.layers();
    int end = layers.size() - 1;
    return layers.get(layers.get(end) instanceof Softmax ? end - 1 : end).name();
  }

  /**
   * Compares all of them.
   *
   * @param expected the outputs that the records should have, {@link #outputs} of each
   * @throws InvalidModelException if they differ by more than rounding explains
   */
  public static OutputComparison of(Model model, RealColumns records, RealColumns expected) {
    LayerOutputs layers = LayerOutputs.ofMeans(model);
    int outputs = outputsOfMember(model.architecture());
    String last = last(model.architecture());
    double largest = 0;
    double magnitude = 0;
    for (int first = 0; first < records.records(); first += AT_ONCE) {
      int from = first;
      int count = Math.min(records.records() - from, AT_ONCE);
      RealColumns some = records.only(IntStream.range(from, from + count).toArray());
      for (int member = 0; member < model.posterior().members().size(); member++) {
        RealColumns found = outputOf(last, layers, member, some);
        for (int c = 0; c < outputs; c++) {
          for (int j = 0; j < count; j++) {
            double wanted = expected.get(member * outputs + c, from + j);
            double difference = Math.abs(found.get(c, j) - wanted);
            largest = Math.max(largest, difference); // NaN stays
            magnitude = Math.max(magnitude, Math.abs(wanted));
          }
        }
      }
    }
    if (!(largest <= TOLERANCE * Math.max(1, magnitude))) {
      throw new InvalidModelException(
          "The model's outputs differ by up to %.3g of %.3g from those that are expected"
              .formatted(largest, magnitude));
    }
    return new OutputComparison(records.records(), largest, magnitude);
  }

  private static RealColumns outputOf(
      String wanted, LayerOutputs layers, int member, RealColumns records) {
    List<RealColumns> found = new ArrayList<>();
    layers.visit(
        member,
        records,
        (layer, output) -> {
          if (layer.name().equals(wanted)) {
            found.add(output);
          }
        });
    return found.get(0);
  }

  /** Returns the figures, for machines. */
  public Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("records", records);
    map.put("largestDifference", largest);
    map.put("largestOutput", magnitude);
    return map;
  }
}
