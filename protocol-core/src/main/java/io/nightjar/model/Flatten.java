package io.nightjar.model;

/** A layer that turns its input into a vector of the same elements in the same order. */
public record Flatten(String name) implements LinearLayer {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Flatten {
    LayerChecks.name(name);
  }

  @Override
  public Shape output(Shape input) {
    return Shape.flat(input.size());
  }
}
