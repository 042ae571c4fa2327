package io.nightjar.lattice;

import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.Bits;
import io.nightjar.plan.PlanRefusedException;

/**
 * The statistical distance of the noise of flooded results from noise that weights have no part in:
 * the most by which any event can be likelier under one than under the other.
 *
 * <p>The law. Let v be a coefficient's noise, a function of weights, and u the flood: independent
 * of v and uniform on the 2^(f+1) integers of [-2^f, 2^f). For each v, u + v is uniform on as many
 * integers, of which all but |v| are among those of u. So u + v and u are |v| / 2^(f+1) apart, at
 * most b / 2^(f+1) where |v| <= b. That b is exceeded has a probability, which is added ({@link
 * TailBound#EXCEEDED}). What else is done to a result (an encryption of zero is added, primes are
 * divided out, it is decrypted) follows from u + v and from what weights have no part in, and so
 * takes nothing further apart.
 *
 * <p>The distances of coefficients add up to at most that of all of them together (the union
 * bound), also where a question follows from earlier answers, because every coefficient has a flood
 * of its own. So what counts is every coefficient of every ciphertext that can be answered.
 *
 * @param coefficient the distance of the coefficient that is farthest
 * @param answer the sum over all coefficients that come with one answer
 */
public record FloodDistance(double coefficient, double answer) {

  /** The most that a coefficient may be apart for a result to count as hidden. */
  public static final double MOST_OF_A_COEFFICIENT = 0x1p-41;

  /** The distance of no coefficients at all. */
  public static final FloodDistance NONE = new FloodDistance(0, 0);

  /**
   * Returns the distance with more coefficients in each answer.
   *
   * @param largest what their noise exceeds as seldom as {@link TailBound} says
   * @param floodBits f
   */
  public FloodDistance plus(double coefficients, double largest, int floodBits) {
    double one = Math.min(1, Math.scalb(largest, -(floodBits + 1)) + TailBound.EXCEEDED);
    return new FloodDistance(Math.max(coefficient, one), answer + coefficients * one);
  }

  /** Returns whether every coefficient is as near as it must be. */
  public boolean hides() {
    return coefficient <= MOST_OF_A_COEFFICIENT;
  }

  /** Returns whether a budget's answers together are as near as it wants them. */
  public boolean fits(AnswerBudget budget) {
    return budget.answers().isEmpty()
        || budget.answers().getAsLong() <= mostAnswers(budget.statisticalBits());
  }

  /** Returns the most answers that are together within 2^-statisticalBits. */
  public long mostAnswers(int statisticalBits) {
    return (long) Math.floor(Math.scalb(1.0, -statisticalBits) / answer);
  }

  /**
   * Returns what is thrown for a budget that no parameters hide.
   *
   * @param affordable the most answers that some parameters hide
   */
  public static PlanRefusedException refused(AnswerBudget budget, long affordable) {
    return new PlanRefusedException(
        "The noise of a budget of %d answers cannot be hidden within statistical distance 2^-%d: the largest budget that can is %d answers"
            .formatted(budget.answers().orElseThrow(), budget.statisticalBits(), affordable));
  }

  /** Returns d where one answer is 2^-d apart. */
  public double answerBits() {
    return -Bits.log2(answer);
  }
}
