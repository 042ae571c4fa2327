package io.nightjar.lattice;

/** The largest distance of noise from its mean that plans reckon with. */
public final class TailBound {

  /**
   * The standard deviations that a sub-Gaussian variable exceeds with a probability below 2
   * exp(-11^2 / 2) < 2^-86, so that one of 2^40 coefficients does with a probability below 2^-46.
   */
  public static final double DEVIATIONS = 11;

  /**
   * The probability that a bound on noise does not hold is below this: none adds up the bounds of
   * more than four such variables.
   */
  public static final double EXCEEDED = 0x1p-84;

  private TailBound() {}
}
