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
 * Scores records in the clear with the integers of the plan, as the encrypted rounds do, bit for
 * bit. Where real numbers are encrypted, what is decrypted differs from this by their errors.
 *
 * <p>It needs both the records and the posterior, so it is for tests, for reports with labels, and
 * for model owners who want to know what quantisation costs.
 */
public final class ReferenceEvaluator {

  private final Plan plan;
  private final Draws draws;
  private final RoundInputs inputs;

  /**
   * Creates an evaluator for a plan and the draws of a job.
   *
   * @param inputs what the rounds of the job were evaluated on
   */
  public ReferenceEvaluator(Plan plan, Draws draws, RoundInputs inputs) {
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
        RealColumns result = draws.outputs(place, state);
        state = state.after(round, result);
      }
      outputs.add(state.output());
    }
    return Predictions.average(plan.task(), outputs);
  }
}
