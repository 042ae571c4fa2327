package io.nightjar.audit;

/** Predicts an attacker's error from the number of records that were answered. */
@FunctionalInterface
interface ErrorLaw {

  /**
   * Returns the root mean square error of the best estimate of the mean weights, in units of their
   * root mean square; without answers it is 1.
   */
  double error(double records);
}
