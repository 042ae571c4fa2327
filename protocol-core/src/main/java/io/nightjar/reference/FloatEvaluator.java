package io.nightjar.reference;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RoundInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Scores records in the clear with the same draws in double precision, which is what the network
 * would say if nothing were quantised.
 */
public final class FloatEvaluator {

  private final Plan plan;
  private final Draws draws;
  private final RoundInputs inputs;

  /**
   * Creates an evaluator for a plan and the draws of a job.
   *
   * @param inputs what the rounds of the job were evaluated on
   */
  public FloatEvaluator(Plan plan, Draws draws, RoundInputs inputs) {
    this.plan = Objects.requireNonNull(plan, "plan");
    this.draws = Objects.requireNonNull(draws, "draws");
    this.inputs = Objects.requireNonNull(inputs, "inputs");
  }

  /** Scores one batch. */
  public Predictions score(long batch, RealColumns records) {
    List<RealColumns> outputs = new ArrayList<>();
    for (int draw = 0; draw < plan.draws(); draw++) {
      OwnerState state = OwnerState.of(plan, records);
      for (Round round : plan.rounds()) {
        DrawPlace place = inputs.place(plan, batch, round.index(), draw);
        RealColumns result = draws.realOutputs(place, state.reals());
        state = state.after(round, result);
      }
      outputs.add(state.output());
    }
    return Predictions.average(plan.task(), outputs);
  }
}
