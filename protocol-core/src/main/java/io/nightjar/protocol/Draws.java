package io.nightjar.protocol;

import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;

/**
 * Draws from a posterior: for every batch, round and draw the weights of a step, the same on every
 * machine that knows the job's secret.
 */
public abstract sealed class Draws permits BatchDraws, RecordDraws {

  private final Plan plan;

  Draws(Plan plan) {
    this.plan = plan;
  }

  /** Returns the source of a job's draws. */
  public static Draws of(Model model, Plan plan, JobSecret secret) {
    return plan.privacy() == ModelPrivacy.NONE
        ? new BatchDraws(model, plan, secret)
        : new RecordDraws(model, plan, secret);
  }

  /** Draws the integers of a whole round. */
  public final DrawnStep integers(long batch, int round, int draw) {
    return integers(batch, round, draw, new RowRange(0, plan.rounds().get(round).rows()));
  }

  /** Draws the integers of some rows of a round. */
  public abstract DrawnStep integers(long batch, int round, int draw, RowRange rows);

  /** Draws the real numbers that {@link #integers} rounds. */
  public abstract RealStep reals(long batch, int round, int draw);
}
