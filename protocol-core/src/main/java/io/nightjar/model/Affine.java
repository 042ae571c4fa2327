package io.nightjar.model;

/**
 * A line: {@code slope} * x + {@code shift}, the same for all elements. The data owner applies it,
 * and so knows it; a {@link BatchNorm} does the same to encrypted numbers, in a round of its own.
 */
public record Affine(String name, double slope, double shift) implements Activation {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number not finite
   */
  public Affine {
    LayerChecks.name(name);
    Checks.finite(LayerChecks.field(name, "slope"), slope);
    Checks.finite(LayerChecks.field(name, "shift"), shift);
  }

  @Override
  public double apply(double x) {
    return slope * x + shift;
  }
}
