package io.nightjar.model;

/**
 * A layer that puts out what an earlier layer did, whatever came between: a branch begins there.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}
 */
public record Recall(String name, String from) implements Joint {

  /**
   * Checks the names.
   *
   * @throws InvalidModelException if a name is not allowed
   */
  public Recall {
    LayerChecks.joint(name, from);
  }

  @Override
  public Shape output(Shape input, Shape other) {
    return other;
  }
}
