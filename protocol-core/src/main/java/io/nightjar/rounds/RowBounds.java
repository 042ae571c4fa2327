package io.nightjar.rounds;

import io.nightjar.plan.Quantiser;

/**
 * The bounds that every drawn row of integer weights of a step keeps within. A row that does not is
 * drawn again, so these are facts and not estimates.
 *
 * @param positiveSum the sum of the positive weights of a row
 * @param negativeSum the magnitude of the sum of the negative weights
 * @param squareSum the sum of the squares of the weights
 * @param bias the magnitude of the integer bias
 */
public record RowBounds(long positiveSum, long negativeSum, long squareSum, long bias) {

  /** Returns the largest magnitude of an output for inputs in a quantiser's range. */
  public long output(Quantiser inputs) {
    long high = positiveSum * inputs.high() + negativeSum * -inputs.low();
    long low = negativeSum * inputs.high() + positiveSum * -inputs.low();
    return Math.max(high, low) + bias;
  }

  /**
   * Returns whether a row, which is {@code count} weights of an array, is within the bounds with
   * its bias.
   */
  public boolean hold(int[] weights, int first, int count, long rowBias) {
    long positive = 0;
    long negative = 0;
    long squares = 0;
    for (int k = first; k < first + count; k++) {
      long weight = weights[k];
      positive += Math.max(weight, 0);
      negative -= Math.min(weight, 0);
      squares += weight * weight;
    }
    return positive <= positiveSum
        && negative <= negativeSum
        && squares <= squareSum
        && Math.abs(rowBias) <= bias;
  }

  /** Returns the bounds that hold where either of two does. */
  public RowBounds or(RowBounds other) {
    return new RowBounds(
        Math.max(positiveSum, other.positiveSum),
        Math.max(negativeSum, other.negativeSum),
        Math.max(squareSum, other.squareSum),
        Math.max(bias, other.bias));
  }
}
