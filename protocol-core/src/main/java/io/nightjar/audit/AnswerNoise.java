package io.nightjar.audit;

import io.nightjar.draw.TruncatedNormal;
import io.nightjar.plan.Plan;

/**
 * The deviations of the answers of a job from those of the mean weights, and how often these are
 * fresh.
 *
 * <p>A weight deviates by one amount for a whole draw of a batch, and by another for every record.
 * Without model privacy the first is the posterior's deviation and there is no second. With it the
 * two share the posterior's variance, and the dither that hides rounding is added to the first.
 *
 * @param batchShare the part of the variance that is fresh for every batch only; 1 without privacy
 * @param variance the variance of a clipped deviation, in units of the posterior's
 * @param draws the answers for every record, S
 * @param batchSize the records in a full batch
 */
public record AnswerNoise(double batchShare, double variance, int draws, int batchSize) {

  /**
   * The width of the uniform dither, as a multiple of the standard deviation that is fresh for
   * every record.
   */
  public static final double DITHER_WIDTH = 1 / 16.0;

  /** Returns how the answers of a plan deviate. */
  static AnswerNoise of(Attacked attacked) {
    Plan plan = attacked.plan();
    double variance = TruncatedNormal.clippedAt(plan.clipSigmas()).variance();
    return new AnswerNoise(attacked.batchShare(), variance, plan.draws(), plan.batchSize());
  }

  /** Returns the variance that is fresh for every record. */
  double perRecord(double deviation) {
    return (1 - batchShare) * variance * deviation * deviation;
  }

  /** Returns the variance that is fresh for every draw of every batch. */
  double perBatch(double deviation, double weightStep) {
    if (deviation == 0) {
      return 0;
    }
    if (batchShare < 1) {
      double width = DITHER_WIDTH * deviation;
      return batchShare * variance * deviation * deviation + (1 - batchShare) * width * width / 12;
    }
    return variance * deviation * deviation + weightStep * weightStep / 12;
  }
}
