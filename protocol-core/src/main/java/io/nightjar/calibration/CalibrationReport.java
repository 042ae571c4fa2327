package io.nightjar.calibration;

import io.nightjar.model.Range;
import io.nightjar.model.Task;
import io.nightjar.plan.TextLines;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of a calibration.
 *
 * @param model the model's name
 * @param found what was found
 * @param draws how often weights were drawn for it
 * @param bits for how many bits of an activation
 * @param cost what quantisation costs with it; absent if no plan can be made
 * @param comparison how far outputs are from those that were expected, if any were
 */
public record CalibrationReport(
    String model,
    FoundRanges found,
    int draws,
    int bits,
    Optional<QuantisationCost> cost,
    Optional<OutputComparison> comparison) {

  private static final int WIDTH = 24;
  private static final MathContext DIGITS = new MathContext(4);

  /** Returns it for machines. */
  public Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", model);
    map.put("rule", Calibrator.RULE);
    map.put("records", found.records());
    map.put("heldOut", found.heldOut().records());
    map.put("draws", draws);
    map.put("activationBits", bits);
    List<Map<String, Object>> layers = new ArrayList<>();
    for (LayerRange one : found.layers()) {
      Map<String, Object> layer = new LinkedHashMap<>();
      layer.put("layer", one.layer());
      layer.put("range", ends(one.range()));
      layer.put("seen", ends(one.ends()));
      layer.put("outside", found.outside().get(one.layer()));
      layers.add(layer);
    }
    map.put("layers", layers);
    cost.ifPresent(one -> map.put("quantisation", one.map()));
    comparison.ifPresent(one -> map.put("comparison", one.map()));
    return map;
  }

  private static List<Double> ends(Range range) {
    return List.of(range.low(), range.high());
  }

  /** Returns it for people. */
  public String text() {
    TextLines lines = new TextLines();
    lines.add(
        "Model %s, %,d records and %d draws. Rule for %d bits:",
        model, found.records(), draws, bits);
    lines.add("%s.", Calibrator.RULE);
    lines.add(
        "Outside is the share of values of %,d records that were held out.",
        found.heldOut().records());
    lines.add("");
    lines.add("%-" + WIDTH + "s %22s %22s %9s", "layer", "range", "seen", "outside");
    for (LayerRange one : found.layers()) {
      lines.add(
          "%-" + WIDTH + "s %22s %22s %7.2f %%",
          TextLines.shorten(one.layer(), WIDTH),
          text(one.range()),
          text(one.ends()),
          100 * found.outside().get(one.layer()));
    }
    if (found.layers().isEmpty()) {
      lines.add("No output of a layer is quantised.");
    }
    cost.ifPresent(one -> lines.add("").add("%s", sentence(one)));
    comparison.ifPresent(one -> lines.add("").add("%s", sentence(one)));
    return lines.text();
  }

  private static String text(Range range) {
    return "%s to %s".formatted(text(range.low()), text(range.high()));
  }

  private static String text(double number) {
    BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
    return Math.abs(rounded.scale()) < 8 ? rounded.toPlainString() : rounded.toString();
  }

  private static String sentence(OutputComparison one) {
    return "With means as weights, outputs of %,d records differ by %.2g at the most from those expected, which are up to %.3g."
        .formatted(one.records(), one.largest(), one.magnitude());
  }

  private static String sentence(QuantisationCost cost) {
    if (cost.task() == Task.CLASSIFICATION) {
      return "Quantised, %,d of %,d predictions are the same; probabilities change by %.2g in the root mean square, by %.2g at the most."
          .formatted(cost.same(), cost.records(), cost.rootMeanSquare(), cost.largest());
    }
    return "Quantised, outputs of %,d records change by %.2g in the root mean square, by %.2g at the most; they spread by %.2g."
        .formatted(cost.records(), cost.rootMeanSquare(), cost.largest(), cost.spread());
  }
}
