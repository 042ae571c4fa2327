package io.nightjar.reference;

import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.Predictions;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores records in the clear with the same draws in double precision, which is what the network
 * would say if nothing were quantised.
 */
public final class FloatEvaluator {

  private final Plan plan;
  private final Draws draws;

  /** Creates an evaluator for a plan and the draws of a job. */
  public FloatEvaluator(Plan plan, Draws draws) {
    this.plan = plan;
    this.draws = draws;
  }

  /** Scores one batch. */
  public Predictions score(long batch, RealColumns records) {
    List<RealColumns> outputs = new ArrayList<>();
    for (int draw = 0; draw < plan.draws(); draw++) {
      OwnerState state = OwnerState.of(plan, records);
      for (Round round : plan.rounds()) {
        RealColumns result = draws.realOutputs(batch, round, draw, state.reals());
        state = state.after(round, result);
      }
      outputs.add(state.output());
    }
    return Predictions.average(plan.task(), outputs);
  }
}
