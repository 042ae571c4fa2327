package io.nightjar.model;

/**
 * A layer that adds the output of an earlier layer, or the network's input, element by element.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}
 */
public record ResidualAdd(String name, String from) implements Layer {

  /** The value of {@code from} that stands for the network's input. */
  public static final String INPUT = LayerChecks.INPUT;

  /**
   * Checks the names; {@link Architecture} checks that there is such an earlier layer and that its
   * output fits.
   *
   * @throws InvalidModelException if a name is not allowed
   */
  public ResidualAdd {
    LayerChecks.name(name);
    if (!from.equals(INPUT)) {
      LayerChecks.name(from);
    }
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }
}
