package io.nightjar.rounds;

import io.nightjar.model.Architecture;
import io.nightjar.model.Model;
import io.nightjar.model.Range;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Quantiser;
import io.nightjar.protocol.PlanOptions;
import java.util.ArrayList;
import java.util.List;

/** Cuts a model into rounds whose weights and inputs become integers. */
public final class StepPlanner {

  private StepPlanner() {}

  /** A rule by which the weights of a round become integers. */
  @FunctionalInterface
  public interface Quantisation<Q extends QuantisedStep> {

    /** Returns the quantisation of a round, given how its inputs become integers. */
    Q of(Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip);
  }

  /**
   * Returns the rounds of a network.
   *
   * @throws PlanRefusedException if what is uploaded in some rounds has no calibration range
   */
  public static <Q extends QuantisedStep> List<PlannedStep<Q>> steps(
      Model model, Network network, PlanOptions options, Quantisation<Q> quantisation) {
    requireRanges(model.architecture(), network);
    List<PlannedStep<Q>> steps = new ArrayList<>();
    for (NetworkRound round : network.rounds()) {
      Quantiser inputs = Quantiser.of(range(model.architecture(), round), options.activationBits());
      Q weights = quantisation.of(model, round, inputs, options.weightBits(), options.clipSigmas());
      steps.add(new PlannedStep<>(round, inputs, weights));
    }
    return steps;
  }

  /** Returns how weights become integers in each round of a plan, which follows from the model. */
  public static <Q extends QuantisedStep> List<Q> quantisations(
      Model model, Network network, Plan plan, Quantisation<Q> quantisation) {
    return network.rounds().stream()
        .map(
            round ->
                quantisation.of(
                    model,
                    round,
                    plan.rounds().get(round.index()).inputs(),
                    plan.weightBits(),
                    plan.clipSigmas()))
        .toList();
  }

  /** Returns how weights that a batch shares become integers: it is a {@link Quantisation}. */
  public static StepQuantisation forBatches(
      Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip) {
    List<StepWeights> members =
        model.posterior().members().stream()
            .map(member -> new StepWeights(round.step(), member))
            .toList();
    return StepQuantisation.of(round.step(), inputs, members, weightBits, clip);
  }

  private static void requireRanges(Architecture architecture, Network network) {
    List<String> missing =
        network.rounds().stream()
            .map(NetworkRound::source)
            .filter(source -> !source.equals(Network.INPUT))
            .filter(source -> !architecture.calibration().containsKey(source))
            .toList();
    if (!missing.isEmpty()) {
      throw PlanRefusedException.uncalibrated(missing);
    }
  }

  private static Range range(Architecture architecture, NetworkRound round) {
    return round.source().equals(Network.INPUT)
        ? architecture.input().range()
        : architecture.calibration().get(round.source());
  }
}
