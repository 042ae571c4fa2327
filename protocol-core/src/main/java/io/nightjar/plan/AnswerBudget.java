package io.nightjar.plan;

import java.util.OptionalLong;

/**
 * How much a data owner may be answered, and how much of the weights the noise of all that may
 * show.
 *
 * @param answers records times draws, as the ledger counts them; empty where nothing limits them
 * @param statisticalBits the noise of all answers together is within a statistical distance of 2 to
 *     minus this power of noise that weights have no part in
 */
public record AnswerBudget(OptionalLong answers, int statisticalBits) {

  /** The most that can be asked for: beyond it, bounds on noise are not as sure as that. */
  public static final int MOST_STATISTICAL_BITS = 40;

  /** Any number of answers, for which nothing can be promised. */
  public static final AnswerBudget UNLIMITED = new AnswerBudget(OptionalLong.empty(), 20);

  /** Checks the ranges. */
  public AnswerBudget {
    if (answers.isPresent() && answers.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "A budget must be at least 1 answer, not " + answers.getAsLong());
    }
    if (statisticalBits < 1 || statisticalBits > MOST_STATISTICAL_BITS) {
      throw new IllegalArgumentException(
          "The statistical bits must be from 1 to %d, not %d"
              .formatted(MOST_STATISTICAL_BITS, statisticalBits));
    }
  }

  /** Returns a budget of so many answers, with the same promise. */
  public AnswerBudget of(long most) {
    return new AnswerBudget(OptionalLong.of(most), statisticalBits);
  }

  /** Returns the same answers with another promise. */
  public AnswerBudget within(int bits) {
    return new AnswerBudget(answers, bits);
  }
}
