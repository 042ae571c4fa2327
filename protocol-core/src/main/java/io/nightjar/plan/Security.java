package io.nightjar.plan;

/** The security that the encryption parameters of a plan must have to be accepted. */
public enum Security {
  /** Every plan that is followed has at least 128 bits, by the tables of its scheme. */
  STANDARD,

  /**
   * Any parameters are accepted. This is for a plan that the same party made and judged before, and
   * for tests on parameters so small that they protect nothing.
   */
  ANY
}
