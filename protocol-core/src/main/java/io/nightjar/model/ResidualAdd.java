package io.nightjar.model;

/**
 * Adds the output of an earlier layer, or the network's input, element by element.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}
 */
public record ResidualAdd(String name, String from) implements Layer {

  /** What {@code from} says for the network's input. */
  public static final String INPUT = LayerChecks.INPUT;

  /**
   * Checks the names; whether {@code from} is there and fits is for the {@link Architecture} to
   * say.
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
