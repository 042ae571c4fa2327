package io.nightjar.model;

/**
 * A layer that multiplies by the output of an earlier layer, element by element: a gate. Where one
 * of the two has a side of 1, that element counts for all along the side.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}
 */
public record Multiply(String name, String from) implements Joint {

  /**
   * Checks the names.
   *
   * @throws InvalidModelException if a name is not allowed
   */
  public Multiply {
    LayerChecks.joint(name, from);
  }

  @Override
  public Shape output(Shape input, Shape other) {
    return LayerChecks.paired(name, "multiplies by", from, input, other);
  }
}
