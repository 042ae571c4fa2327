package io.nightjar.rounds;

import io.nightjar.network.NetworkRound;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import java.util.ArrayList;
import java.util.List;

/**
 * One round of a plan before it is known how it is encrypted.
 *
 * @param round the round of the network
 * @param inputs how the data owner makes integers of what it uploads
 * @param weights how the model owner makes integers of weights
 */
public record PlannedStep<Q extends QuantisedStep>(
    NetworkRound round, Quantiser inputs, Q weights) {

  /** Returns the round of the plan, given its margin. */
  public Round planned(double marginBits) {
    var step = round.step();
    List<Double> scales = new ArrayList<>();
    for (int row = 0; row < step.rows(); row++) {
      scales.add(weights.outputScale(row));
    }
    return new Round(
        round.index(),
        step.title(),
        step.last().name(),
        step.input(),
        step.output(),
        inputs,
        scales,
        weights.outputBound(),
        marginBits,
        step.rows(),
        step.terms(),
        step.positions(),
        (long) step.rows() * step.terms() * step.positions(),
        round.activations());
  }

  /** Returns what is thrown where no parameters suffice for this step. */
  public PlanRefusedException refused(String why) {
    return new PlanRefusedException(
        "%s cannot be planned: %s. Use fewer bits for weights or activations, clip draws at fewer sigmas, or a larger ring"
            .formatted(round.step().title(), why));
  }
}
