package io.nightjar.model;

/** The same elements in the same order, as a vector. */
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
