package io.nightjar.calibration;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.Architecture;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.Joint;
import io.nightjar.model.Layer;
import io.nightjar.model.LinearLayer;
import io.nightjar.model.Model;
import io.nightjar.model.Shape;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import io.nightjar.network.LinearStep;
import io.nightjar.network.RealRows;
import io.nightjar.network.StepWeights;
import io.nightjar.protocol.LayerMath;
import io.nightjar.protocol.ShapedColumns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The outputs of all layers of a network, one after the other, in real numbers. */
final class LayerOutputs {

  private final Architecture architecture;
  private final List<WeightSet> members;
  private final Rows rows;

  /** Takes what a layer puts out. */
  interface Visitor {
    void take(Layer layer, RealColumns output);
  }

  /** Gives the rows of weights of a layer for a draw. */
  private interface Rows {
    double[][] of(StepWeights posterior, int rows, int draw, int place);
  }

  private LayerOutputs(Model model, Rows rows) {
    this.architecture = model.architecture();
    this.members = model.posterior().members();
    this.rows = rows;
  }

  /**
   * Returns the evaluation of a model with weights that are drawn.
   *
   * @param clip where draws are cut off, in standard deviations
   * @param secret what draws follow from
   */
  static LayerOutputs drawn(Model model, double clip, JobSecret secret) {
    TruncatedNormal normal = TruncatedNormal.clippedAt(clip);
    return new LayerOutputs(
        model,
        (posterior, count, draw, place) -> {
          KeyedStream stream = KeyedStream.open(secret, KeyedStream.Purpose.DRAW, draw, place);
          double[][] drawn = new double[count][];
          for (int row = 0; row < count; row++) {
            drawn[row] = posterior.draw(row, normal, stream);
          }
          return drawn;
        });
  }

  /** Returns the evaluation of a model with means as weights, of one member in each draw. */
  static LayerOutputs ofMeans(Model model) {
    return new LayerOutputs(
        model,
        (posterior, count, draw, place) ->
            IntStream.range(0, count).mapToObj(posterior::means).toArray(double[][]::new));
  }

  /** Goes through all layers with the weights of a draw, which are the same for any records. */
  void visit(int draw, RealColumns records, Visitor visitor) {
    WeightSet weights = members.get(draw % members.size());
    Set<String> wanted = Joint.sources(architecture.layers().stream());
    ShapedColumns current = new ShapedColumns(architecture.input().shape(), records);
    Map<String, ShapedColumns> seen = new HashMap<>(Map.of(Joint.INPUT, current));
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer layer = architecture.layers().get(i);
      current =
          layer instanceof WeightedLayer || layer instanceof BatchNorm
              ? linear((LinearLayer) layer, weights, draw, i, current)
              : LayerMath.apply(List.of(layer), current, false, seen, Set.of());
      if (wanted.contains(layer.name())) {
        seen.put(layer.name(), current);
      }
      visitor.take(layer, current.columns());
    }
  }

  private ShapedColumns linear(
      LinearLayer layer, WeightSet weights, int draw, int place, ShapedColumns input) {
    Shape output = layer.output(input.shape());
    LinearStep step = new LinearStep(layer, List.of(), input.shape(), output);
    double[][] weighted = rows.of(new StepWeights(step, weights), step.rows(), draw, place);
    return new ShapedColumns(output, RealRows.evaluate(step, weighted, input.columns()));
  }
}
