package io.nightjar.twoparty;

import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.plan.Bits;

/**
 * Computes the widths of the fields of Paillier's plaintexts. A field has the sign and magnitude of
 * the largest number of any round, whether it goes up or comes back, and {@value #GUARD_BITS} bits
 * of guard.
 *
 * <p>Nothing that honest parties compute reaches the guard, so a number that does was computed
 * otherwise.
 */
final class FieldWidths {

  /**
   * The bits of the guard: how often the largest number could double before it would reach the next
   * field.
   */
  static final int GUARD_BITS = 2;

  private FieldWidths() {}

  /** Returns the bits of a field for numbers of either sign up to a magnitude, with its guard. */
  static int fieldBits(long largest) {
    return Long.SIZE - Long.numberOfLeadingZeros(largest) + 1 + GUARD_BITS;
  }

  /** Returns how often, in bits, a number could double before it would reach the next field. */
  static double marginBits(PaillierParameters parameters, long largest) {
    return parameters.fieldBits() - 1 - Bits.log2((double) Math.max(largest, 1));
  }
}
