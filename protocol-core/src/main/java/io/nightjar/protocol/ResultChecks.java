package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;

/** Checks that a data owner makes of every decrypted result, whose values no message repeats. */
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
      throw new PoisonedResultException(
          "The result of round %d, draw %d has more noise than it can be relied on with"
              .formatted(label.round(), label.draw()));
    }
  }

  /**
   * Refuses a value beyond a bound that the plan proves: whoever exceeds it computed something
   * else.
   */
  public static void requireInside(BlockLabel label, long largest, long bound) {
    if (largest > bound) {
      throw new PoisonedResultException(
          "The result of round %d, draw %d is not within the plan's bound"
              .formatted(label.round(), label.draw()));
    }
  }
}
