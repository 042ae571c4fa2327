package io.nightjar.rounds;

import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.OwnerMath;
import io.nightjar.protocol.OwnerState;

/** Draws of the weights of single rounds. */
public abstract class RoundDraws implements Draws {

  private final Plan plan;

  /** Creates the draws of a job that follows a plan. */
  protected RoundDraws(Plan plan) {
    this.plan = plan;
  }

  /** Draws some rows of a round. */
  public abstract IntegerStep step(long batch, int round, int draw, RowRange rows);

  /** Draws a whole round. */
  public final IntegerStep step(long batch, int round, int draw) {
    return step(batch, round, draw, new RowRange(0, plan.rounds().get(round).rows()));
  }

  /** Draws the real numbers that {@link #step} rounds. */
  public abstract RealStep reals(long batch, int round, int draw);

  @Override
  public final RealColumns outputs(long batch, Round round, int draw, OwnerState state) {
    IntegerStep drawn = step(batch, round.index(), draw);
    return OwnerMath.rescale(round, drawn.evaluate(state.integers(round)));
  }

  @Override
  public final RealColumns realOutputs(long batch, Round round, int draw, RealColumns inputs) {
    return reals(batch, round.index(), draw).evaluate(inputs);
  }
}
