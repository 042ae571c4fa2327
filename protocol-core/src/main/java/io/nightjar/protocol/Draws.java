package io.nightjar.protocol;

import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;

/**
 * Draws from a posterior: for every batch, round and draw the weights of a step, the same on every
 * machine that knows the job's secret.
 */
public abstract sealed class Draws permits BatchDraws, RecordDraws, SealedDraws {

  private final Plan plan;

  Draws(Plan plan) {
    this.plan = plan;
  }

  /** Returns the source of a job's draws. */
  public static Draws of(Model model, Plan plan, JobSecret secret) {
    if (plan.isSealed()) {
      return new SealedDraws(model, plan, secret);
    }
    return plan.privacy() == ModelPrivacy.NONE
        ? new BatchDraws(model, plan, secret)
        : new RecordDraws(model, plan, secret);
  }

  /** Draws a whole round. */
  public final DrawnStep step(long batch, int round, int draw) {
    return step(batch, round, draw, new RowRange(0, plan.rounds().get(round).rows()));
  }

  /** Draws some rows of a round; of a whole network, all of them. */
  public abstract DrawnStep step(long batch, int round, int draw, RowRange rows);

  /** Draws the integers of a whole round, where it is evaluated on integers. */
  public final IntegerStep integers(long batch, int round, int draw) {
    return (IntegerStep) step(batch, round, draw);
  }

  /** Draws the integers of some rows of a round, where it is evaluated on integers. */
  public final IntegerStep integers(long batch, int round, int draw, RowRange rows) {
    return (IntegerStep) step(batch, round, draw, rows);
  }

  /** Draws the real numbers that {@link #step} rounds. */
  public abstract RealStep reals(long batch, int round, int draw);
}
