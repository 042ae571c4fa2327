package io.nightjar.plan;

import io.nightjar.crypto.PaillierParameters;
import java.util.List;

/**
 * How wide the fields of Paillier's plaintexts are: the sign and magnitude of the largest number of
 * any round, whether it goes up or comes back, and {@value #GUARD_BITS} bits of guard.
 *
 * <p>Nothing that honest parties compute reaches the guard. What does was computed otherwise.
 */
final class PaillierPlanner {

  /** So many times the largest number could double before it would reach the next field. */
  static final int GUARD_BITS = 2;

  private PaillierPlanner() {}

  static PaillierParameters parameters(
      List<? extends QuantisedStep> steps, List<Quantiser> inputs, PlanOptions options) {
    if (options.privacy() != ModelPrivacy.NONE) {
      throw new PlanRefusedException(
          "Model privacy '%s' is for bayhenn: with %s the data owner computes the drawn weights from the results; use '%s'"
              .formatted(
                  options.privacy().text(), options.protocol().text(), ModelPrivacy.NONE.text()));
    }
    if (options.security() == PlanOptions.Security.STANDARD
        && options.modulusBits() < PaillierParameters.LEAST_MODULUS_BITS) {
      throw new PlanRefusedException(
          "A modulus of %d bits can be factored: use %d, or %d at the least"
              .formatted(
                  options.modulusBits(),
                  PaillierParameters.DEFAULT_MODULUS_BITS,
                  PaillierParameters.LEAST_MODULUS_BITS));
    }
    long largest = 1;
    for (int i = 0; i < steps.size(); i++) {
      largest = Math.max(largest, steps.get(i).outputBound());
      largest = Math.max(largest, inputs.get(i).largest());
    }
    return new PaillierParameters(options.modulusBits(), valueBits(largest) + GUARD_BITS);
  }

  /** Returns the bits of a field that just holds a number of either sign. */
  static int valueBits(long largest) {
    return Long.SIZE - Long.numberOfLeadingZeros(largest) + 1;
  }

  /** Returns how often a number could double before it would reach the next field. */
  static double marginBits(PaillierParameters parameters, long largest) {
    return parameters.fieldBits() - 1 - NoiseModel.log2((double) Math.max(largest, 1));
  }
}
