package io.nightjar.privacy;

/** An attacker's predicted error as a function of the records that were answered. */
@FunctionalInterface
interface ErrorLaw {

  /**
   * Returns the root mean square error of the best estimate of the mean weights, in units of their
   * root mean square: 1 without answers.
   */
  double error(double records);
}
