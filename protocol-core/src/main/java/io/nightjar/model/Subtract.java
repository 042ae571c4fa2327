package io.nightjar.model;

/**
 * A layer that subtracts its input from the output of an earlier layer, element by element. Where
 * one of the two has a side of 1, that element counts for all along the side.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}
 */
public record Subtract(String name, String from) implements Joint {

  /**
   * Checks the names.
   *
   * @throws InvalidModelException if a name is not allowed
   */
  public Subtract {
    LayerChecks.joint(name, from);
  }

  @Override
  public Shape output(Shape input, Shape other) {
    return LayerChecks.paired(name, "subtracts from", from, input, other);
  }
}
