package io.nightjar.lattice;

/** How far noise is reckoned to be from its mean at most. */
public final class TailBound {

  /**
   * A sub-Gaussian variable exceeds so many standard deviations with probability below 2 exp(-11^2
   * / 2) < 2^-86, so one of 2^40 coefficients does with probability below 2^-46.
   */
  public static final double DEVIATIONS = 11;

  private TailBound() {}
}
