package io.nightjar.plan;

/** Computes sizes in bits, with the same results on every machine. */
public final class Bits {

  private Bits() {}

  /** Returns the logarithm of a number to the base 2. */
  public static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }
}
