package io.nightjar.calibration;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Model;
import io.nightjar.model.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ranges of a model, and what share of the values of other records is outside them.
 *
 * @param layers what was found of each layer, in their order
 * @param outside by layer, the share of the values of the records that were held out
 * @param records from how many records the ranges are
 * @param heldOut the others; if there were too few to hold any out, the same
 */
public record FoundRanges(
    List<LayerRange> layers, Map<String, Double> outside, int records, RealColumns heldOut) {

  /** Every so many records one is held out. */
  private static final int EVERY = 5;

  /** With fewer records than this, all are needed for the ranges. */
  private static final int FEW = 20;

  /** So many records go through a network at once. */
  private static final int AT_ONCE = 256;

  /** Copies the collections. */
  public FoundRanges {
    layers = List.copyOf(layers);
    outside = Map.copyOf(outside);
  }

  /**
   * Calibrates a model, whether it has ranges already or not.
   *
   * @param records such as will be scored
   * @param draws how often weights are drawn
   * @param bits how many bits there are for an activation
   * @param clip where draws are cut off, in standard deviations
   */
  public static FoundRanges of(Model model, RealColumns records, int draws, int bits, double clip) {
    int count = records.records();
    boolean few = count < FEW;
    int[] used = IntStream.range(0, count).filter(j -> few || j % EVERY != 0).toArray();
    int[] held = IntStream.range(0, count).filter(j -> few || j % EVERY == 0).toArray();
    RealColumns heldOut = records.only(held);
    try (Calibrator found = calibrated(model, records.only(used), draws, clip);
        Calibrator others = calibrated(model, heldOut, draws, clip)) {
      List<LayerRange> layers = found.ranges(bits);
      Map<String, Double> outside =
          layers.stream()
              .collect(
                  Collectors.toMap(
                      LayerRange::layer, one -> others.outside(one.layer(), one.range())));
      return new FoundRanges(layers, outside, used.length, heldOut);
    }
  }

  private static Calibrator calibrated(Model model, RealColumns records, int draws, double clip) {
    Calibrator calibrator = new Calibrator(model, draws, clip);
    for (int first = 0; first < records.records(); first += AT_ONCE) {
      int end = Math.min(records.records(), first + AT_ONCE);
      calibrator.add(records.only(IntStream.range(first, end).toArray()));
    }
    return calibrator;
  }

  /** Returns the model with these ranges, and no others. */
  public Model applied(Model model) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    layers.forEach(one -> ranges.put(one.layer(), one.range()));
    return new Model(model.architecture().calibrated(ranges), model.posterior());
  }
}
