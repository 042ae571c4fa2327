package io.nightjar.calibration;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Text;
import io.nightjar.network.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the ranges of all layers whose outputs are quantised, from records and draws of the
 * posterior.
 *
 * <p>The range of a layer is the one with which quantisation changes its values least, in the mean
 * of squares, among those that leave at most 0.5 % of the values outside at each end.
 */
public final class Calibrator implements AutoCloseable {

  /** In a few words what {@link #ranges} goes by. */
  public static final String RULE =
      "least mean squared error of quantisation, at most 0.5 % of the values outside at each end";

  private final int draws;
  private final JobSecret secret = JobSecret.ofSeed(new byte[JobSecret.SEED_BYTES]);
  private final LayerOutputs outputs;
  private final Map<String, ValueHistogram> seen = new LinkedHashMap<>();

  /**
   * Creates the calibration of a model.
   *
   * @param draws how often weights are drawn
   * @param clip where draws are cut off, in standard deviations
   */
  public Calibrator(Model model, int draws, double clip) {
    this.draws = Math.min(draws, different(model.posterior()));
    this.outputs = LayerOutputs.drawn(model, clip, secret);
    Network.quantised(model.architecture()).forEach(layer -> seen.put(layer, new ValueHistogram()));
  }

  /** Returns how many draws of a posterior there are that are not the same. */
  private static int different(Posterior posterior) {
    return posterior.kind() == Posterior.Kind.MEAN_FIELD
        ? Integer.MAX_VALUE
        : posterior.members().size();
  }

  /** Takes records. */
  public void add(RealColumns records) {
    for (int draw = 0; draw < draws; draw++) {
      outputs.visit(
          draw,
          records,
          (layer, output) -> {
            ValueHistogram histogram = seen.get(layer.name());
            if (histogram != null) {
              add(layer.name(), histogram, output);
            }
          });
    }
  }

  private static void add(String layer, ValueHistogram histogram, RealColumns output) {
    try {
      histogram.add(output.values());
    } catch (ArithmeticException e) {
      throw new InvalidModelException(
          "Layer %s has an output that is infinite or no number".formatted(Text.quote(layer)));
    }
  }

  /**
   * Returns the ranges, in the order of the layers.
   *
   * @param bits how many bits there are for a value
   */
  public List<LayerRange> ranges(int bits) {
    return seen.entrySet().stream().map(one -> range(one.getKey(), one.getValue(), bits)).toList();
  }

  private static LayerRange range(String layer, ValueHistogram histogram, int bits) {
    return new LayerRange(layer, histogram.best(bits), histogram.ends());
  }

  /** Returns what share of a layer's values in these records is outside a range. */
  public double outside(String layer, Range range) {
    ValueHistogram histogram = seen.get(layer);
    return (double) histogram.outside(range) / histogram.count();
  }

  @Override
  public void close() {
    secret.close();
  }
}
