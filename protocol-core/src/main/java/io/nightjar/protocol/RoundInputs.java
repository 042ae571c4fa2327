package io.nightjar.protocol;

import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.InputDigest;
import io.nightjar.plan.Plan;

/**
 * What the rounds of a job were evaluated on, by which whoever has the job's secret finds the same
 * draws again.
 */
@FunctionalInterface
public interface RoundInputs {

  /** No uploads: for draws that follow from a seed alone. */
  RoundInputs NONE = (batch, round, draw) -> InputDigest.NONE;

  /**
   * Returns the digest of an upload.
   *
   * @param draw the draw that the upload is for; 0 for one that serves all draws
   */
  InputDigest digest(long batch, int round, int draw);

  /** Returns where the weights of a round were drawn for a batch. */
  default DrawPlace place(Plan plan, long batch, int round, int draw) {
    int upload = Math.min(draw, plan.uploads(round) - 1);
    return new DrawPlace(batch, round, draw, digest(batch, round, upload));
  }
}
