package io.nightjar.plan;

/** How secure the encryption parameters of a plan must be to be accepted. */
public enum Security {
  /** At least 128 bits, by the tables of the scheme: for every plan that is followed. */
  STANDARD,

  /**
   * Whatever the plan has. This is for a plan that the same party made and judged before, and for
   * tests on parameters so small that they protect nothing.
   */
  ANY
}
