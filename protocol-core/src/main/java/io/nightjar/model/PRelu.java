package io.nightjar.model;

import java.util.List;

/**
 * A leaky rectifier whose slopes were trained with the network: one for all elements, one for each
 * channel, or one for each element. The data owner applies it, and so knows them.
 */
public record PRelu(String name, List<Double> slopes) implements Unary {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed, there is no slope, or one is not
   *     finite
   */
  public PRelu {
    LayerChecks.name(name);
    slopes = List.copyOf(slopes);
    LayerChecks.count(name, "the number of slopes", slopes.size());
    for (int i = 0; i < slopes.size(); i++) {
      Checks.finite(LayerChecks.field(name, "slopes[" + i + "]"), slopes.get(i));
    }
  }

  @Override
  public Shape output(Shape input) {
    if (slopes.size() != 1 && slopes.size() != input.channels() && slopes.size() != input.size()) {
      throw new InvalidModelException(
          "Layer %s has %d slopes for an input of shape %s: there must be one, one for each channel or one for each element"
              .formatted(Text.quote(name), slopes.size(), input));
    }
    return input;
  }

  /** Returns the slope of an element of an input, which is the element's number. */
  public double slope(Shape input, int element) {
    return slopes.get((int) ((long) element * slopes.size() / input.size()));
  }
}
