package io.nightjar.plan;

import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.Scheme;
import io.nightjar.model.Architecture;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.StepWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a model into a plan for the protocol {@code bayhenn}, or says why it cannot.
 *
 * <p>The plain modulus is the smallest power of two that the proved bound of every round fits; the
 * encryption parameters are the first that leave {@link #LEAST_MARGIN_BITS} after every round.
 */
public final class Planner {

  /** The protocol that this planner is for. */
  public static final String BAYHENN = "bayhenn";

  /** The least predicted noise margin that a plan may have. */
  public static final double LEAST_MARGIN_BITS = 2;

  /** Cheapest first. The first keeps 44-bit primes, which the kernel multiplies in one digit. */
  private static final List<Profile> PROFILES =
      List.of(
          new Profile(2048, List.of(44)),
          new Profile(2048, List.of(54)),
          new Profile(4096, List.of(44, 44, 20)),
          new Profile(8192, List.of(44, 44, 44, 20)));

  private record Profile(int ringDegree, List<Integer> primeBits) {}

  private final Model model;
  private final PlanOptions options;

  private Planner(Model model, PlanOptions options) {
    this.model = model;
    this.options = options;
  }

  /**
   * Plans a model.
   *
   * @throws PlanRefusedException with the layer, the number and what to change
   */
  public static Plan plan(Model model, PlanOptions options) {
    return new Planner(model, options).plan();
  }

  /**
   * Returns how the weights of each round become integers: the model owner's half of the plan,
   * which follows from the model and the plan.
   */
  public static List<StepQuantisation> quantisations(Model model, Plan plan) {
    List<StepQuantisation> steps = new ArrayList<>();
    List<NetworkRound> rounds = Network.of(model.architecture()).rounds();
    for (NetworkRound round : rounds) {
      steps.add(
          quantisation(
              model,
              round,
              plan.rounds().get(round.index()).inputs(),
              plan.weightBits(),
              plan.clipSigmas()));
    }
    return steps;
  }

  private static StepQuantisation quantisation(
      Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip) {
    List<StepWeights> members =
        model.posterior().members().stream()
            .map(member -> new StepWeights(round.step(), member))
            .toList();
    return StepQuantisation.of(round.step(), inputs, members, weightBits, clip);
  }

  private Plan plan() {
    checkDraws();
    Architecture architecture = model.architecture();
    Network network = Network.of(architecture);
    List<StepQuantisation> steps = new ArrayList<>();
    List<Quantiser> quantisers = new ArrayList<>();
    for (NetworkRound round : network.rounds()) {
      Quantiser inputs = Quantiser.of(range(architecture, round), options.activationBits());
      quantisers.add(inputs);
      steps.add(quantisation(model, round, inputs, options.weightBits(), options.clipSigmas()));
    }
    int plainBits = plainBits(steps);
    HeParameters parameters = parameters(steps, plainBits);
    List<Round> rounds = new ArrayList<>();
    for (NetworkRound round : network.rounds()) {
      StepQuantisation step = steps.get(round.index());
      rounds.add(round(round, quantisers.get(round.index()), step, margin(parameters, step)));
    }
    return new Plan(
        BAYHENN,
        architecture.name(),
        architecture.task(),
        architecture.classes(),
        architecture.input(),
        parameters,
        Packing.COEFFICIENTS,
        Form.NTT,
        options.draws(),
        options.clipSigmas(),
        options.activationBits(),
        options.weightBits(),
        network.preparation(),
        rounds);
  }

  private void checkDraws() {
    Posterior posterior = model.posterior();
    if (posterior.kind() == Posterior.Kind.POINT && options.draws() > 1) {
      throw new PlanRefusedException(
          "The model is a point estimate, so all %d draws would be the same: ask for one draw"
              .formatted(options.draws()));
    }
    int members = posterior.members().size();
    if (posterior.kind() == Posterior.Kind.ENSEMBLE && options.draws() > members) {
      throw new PlanRefusedException(
          "The ensemble has %d members, which are its draws: ask for at most so many, not %d"
              .formatted(members, options.draws()));
    }
  }

  private static Range range(Architecture architecture, NetworkRound round) {
    if (round.source().equals(Network.INPUT)) {
      return architecture.input().range();
    }
    return Optional.ofNullable(architecture.calibration().get(round.source()))
        .orElseThrow(
            () ->
                new PlanRefusedException(
                    "Layer '%s' follows the linear layer '%s' directly, so the output of that is uploaded again and needs a calibration range: add one to \"calibration\""
                        .formatted(round.step().core().name(), round.source())));
  }

  private int plainBits(List<StepQuantisation> steps) {
    int bits = 2;
    for (StepQuantisation step : steps) {
      // [-2^(k-1), 2^(k-1)) holds every output.
      int needed = Long.SIZE - Long.numberOfLeadingZeros(step.outputBound()) + 1;
      int most = Long.numberOfTrailingZeros(HeParameters.MAX_PLAIN_MODULUS);
      if (needed > most) {
        throw refused(
            step,
            "its outputs reach %d, which needs %d bits of plaintext; at most %d are possible"
                .formatted(step.outputBound(), needed, most));
      }
      bits = Math.max(bits, needed);
    }
    return bits;
  }

  private HeParameters parameters(List<StepQuantisation> steps, int plainBits) {
    double best = Double.NEGATIVE_INFINITY;
    StepQuantisation tightest = steps.get(0);
    for (Profile profile : PROFILES) {
      Optional<HeParameters> candidate = parameters(profile, plainBits);
      if (candidate.isEmpty()) {
        continue;
      }
      double least = Double.POSITIVE_INFINITY;
      for (StepQuantisation step : steps) {
        double margin = margin(candidate.get(), step);
        if (margin < least) {
          least = margin;
          tightest = step;
        }
      }
      if (least >= LEAST_MARGIN_BITS) {
        return candidate.get();
      }
      best = Math.max(best, least);
    }
    throw refused(
        tightest,
        "with a plaintext of %d bits its noise margin is %.1f bits in the largest ring that was tried; %.0f are needed"
            .formatted(plainBits, best, LEAST_MARGIN_BITS));
  }

  private Optional<HeParameters> parameters(Profile profile, int plainBits) {
    long plainModulus = 1L << plainBits;
    int dataBits =
        profile.primeBits().size() == 1
            ? profile.primeBits().get(0)
            : profile.primeBits().stream()
                .limit(profile.primeBits().size() - 1L)
                .mapToInt(b -> b)
                .sum();
    if (plainBits >= dataBits - 1) {
      return Optional.empty();
    }
    if (options.security() == PlanOptions.Security.INSECURE_FOR_TESTS) {
      return Optional.of(
          HeParameters.insecureForTests(
              Scheme.BFV, options.ringDegree(), profile.primeBits(), plainModulus));
    }
    if (options.ringDegree() != 0 && options.ringDegree() != profile.ringDegree()) {
      return Optional.empty();
    }
    return Optional.of(HeParameters.bfv(profile.ringDegree(), profile.primeBits(), plainModulus));
  }

  private static double margin(HeParameters parameters, StepQuantisation step) {
    double least = Double.POSITIVE_INFINITY;
    for (int row = 0; row < step.step().rows(); row++) {
      least = Math.min(least, NoiseModel.marginBits(parameters, step.bounds(row)));
    }
    return least;
  }

  private static Round round(
      NetworkRound round, Quantiser inputs, StepQuantisation quantisation, double margin) {
    var step = round.step();
    List<Double> scales = new ArrayList<>();
    for (int row = 0; row < step.rows(); row++) {
      scales.add(quantisation.outputScale(row));
    }
    return new Round(
        round.index(),
        step.title(),
        step.last().name(),
        step.input(),
        step.output(),
        inputs,
        scales,
        quantisation.outputBound(),
        margin,
        step.rows(),
        step.terms(),
        step.positions(),
        (long) step.rows() * step.terms() * step.positions(),
        round.activations());
  }

  private static PlanRefusedException refused(StepQuantisation step, String why) {
    return new PlanRefusedException(
        "%s cannot be planned: %s. Use fewer bits for weights or activations, clip draws at fewer sigmas, or a larger ring"
            .formatted(step.step().title(), why));
  }
}
