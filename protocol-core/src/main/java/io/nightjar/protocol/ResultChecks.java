package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;

/** Checks that a data owner makes of every decrypted result. */
public final class ResultChecks {

  /** The least margin, below which values may be wrong. */
  private static final double LEAST_MARGIN_BITS = 1;

  private ResultChecks() {}

  /**
   * Refuses a result with too small a margin: with another key, or after other arithmetic than
   * agreed, what comes out is only noise.
   */
  public static void requireExact(BlockLabel label, double marginBits) {
    if (!(marginBits >= LEAST_MARGIN_BITS)) {
      throw new ProtocolException(
          "The result of round %d, draw %d has a noise margin of %.1f bits: it cannot be relied on; is it of another key?"
              .formatted(label.round(), label.draw(), marginBits));
    }
  }

  /**
   * Refuses a value beyond a bound that the plan proves: whoever exceeds it computed something
   * else.
   */
  public static void requireInside(BlockLabel label, long largest, long bound) {
    if (largest > bound) {
      throw new ProtocolException(
          "The result of round %d, draw %d has the value %d; the plan's bound is %d: it is not what was asked for"
              .formatted(label.round(), label.draw(), largest, bound));
    }
  }
}
