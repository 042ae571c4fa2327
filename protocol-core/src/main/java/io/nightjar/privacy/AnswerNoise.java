package io.nightjar.privacy;

import io.nightjar.draw.TruncatedNormal;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.RecordQuantisation;

/**
 * How the answers of a job deviate from those of the mean weights, and how often that starts anew.
 *
 * <p>A weight deviates by one amount for a whole draw of a batch, and by another for every record.
 * Without model privacy the first is the posterior's deviation and there is no second. With
 * bayesian model privacy each has half of the posterior's variance, and the first the dither that
 * hides rounding besides.
 *
 * @param privacy whose deviations
 * @param variance of a clipped deviation, in units of the posterior's
 * @param draws S: answers for every record
 * @param batchSize records in a full batch
 */
public record AnswerNoise(ModelPrivacy privacy, double variance, int draws, int batchSize) {

  /** The width of the dither, which is uniform, in standard deviations that a record has. */
  public static final double DITHER_WIDTH = 1 / 16.0;

  /** Returns the deviations of a plan's answers. */
  public static AnswerNoise of(Plan plan) {
    double variance = TruncatedNormal.clippedAt(plan.clipSigmas()).variance();
    return new AnswerNoise(plan.privacy(), variance, plan.draws(), plan.batchSize());
  }

  /** Returns the variance that is fresh for every record. */
  double perRecord(double deviation) {
    return privacy == ModelPrivacy.BAYESIAN
        ? (1 - RecordQuantisation.BATCH_SHARE) * variance * deviation * deviation
        : 0;
  }

  /** Returns the variance that is fresh for every draw of every batch. */
  double perBatch(double deviation, double weightStep) {
    if (deviation == 0) {
      return 0;
    }
    if (privacy == ModelPrivacy.BAYESIAN) {
      double width = DITHER_WIDTH * deviation;
      double share = RecordQuantisation.BATCH_SHARE;
      return share * variance * deviation * deviation + (1 - share) * width * width / 12;
    }
    return variance * deviation * deviation + weightStep * weightStep / 12;
  }
}
