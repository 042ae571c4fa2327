package io.nightjar.rounds;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
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
  public abstract IntegerStep step(DrawPlace place, RowRange rows);

  /** Draws a whole round. */
  public final IntegerStep step(DrawPlace place) {
    return step(place, new RowRange(0, round(place).rows()));
  }

  /** Draws the real numbers that {@link #step} rounds. */
  public abstract RealStep reals(DrawPlace place);

  @Override
  public final RealColumns outputs(DrawPlace place, OwnerState state) {
    Round round = round(place);
    return OwnerMath.rescale(round, step(place).evaluate(state.integers(round)));
  }

  @Override
  public final RealColumns realOutputs(DrawPlace place, RealColumns inputs) {
    return reals(place).evaluate(inputs);
  }

  private Round round(DrawPlace place) {
    return plan.rounds().get(place.round());
  }
}
