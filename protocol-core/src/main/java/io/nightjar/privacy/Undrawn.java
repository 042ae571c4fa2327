package io.nightjar.privacy;

import io.nightjar.model.Model;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.WeightSet;
import java.util.List;
import java.util.Optional;

/**
 * What of a model is never drawn and so is the same for every upload: new draws for every input
 * protect nothing of it.
 */
public final class Undrawn {

  private Undrawn() {}

  /** Returns one sentence about the weights of a model that are not drawn, if there are any. */
  public static Optional<String> remark(Model model) {
    Posterior posterior = model.posterior();
    return switch (posterior.kind()) {
      case POINT ->
          Optional.of(
              remark("The model is a point estimate, of which nothing is drawn", "its weights"));
      case ENSEMBLE ->
          Optional.of(
              remark("The model is an ensemble, whose members are its draws", "their weights"));
      case MEAN_FIELD -> remark(points(posterior.weights()));
    };
  }

  private static Optional<String> remark(List<String> layers) {
    return layers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            remark(
                "The weights of %s have no deviations".formatted(String.join(", ", layers)),
                "they"));
  }

  private static String remark(String what, String weights) {
    return "%s: %s are the same in every job and for every upload, and only the budget limits how often they are asked about."
        .formatted(what, weights);
  }

  private static List<String> points(WeightSet weights) {
    return weights.weights().keySet().stream().filter(layer -> isPoint(layer, weights)).toList();
  }

  private static boolean isPoint(String layer, WeightSet weights) {
    return weights.weight(layer) instanceof Point
        && weights.bias(layer).map(Point.class::isInstance).orElse(true);
  }
}
