package io.nightjar.model;

/** The natural logarithm, which is no number where x is negative. */
public record Log(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Log {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return StrictMath.log(x);
  }
}
