package io.nightjar.audit;

import io.nightjar.model.Model;
import io.nightjar.network.Network;
import io.nightjar.plan.Plan;
import io.nightjar.rounds.QuantisedStep;
import java.util.List;

/**
 * What an audit attacks: a model under a plan whose data owner sees the outputs of every round.
 *
 * @param model the model
 * @param plan the plan
 * @param network the rounds of the model as the plan has them
 * @param steps how weights become integers in each round
 * @param batchShare the part of a weight's variance that is drawn for a batch, the rest being drawn
 *     for every record
 * @param ciphertexts a sentence that says what results give away beyond the numbers in them
 */
public record Attacked(
    Model model,
    Plan plan,
    Network network,
    List<? extends QuantisedStep> steps,
    double batchShare,
    String ciphertexts) {

  /** Copies the list. */
  public Attacked {
    steps = List.copyOf(steps);
  }
}
