package io.nightjar.plan;

import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.PaillierParameters;
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
 * Turns a model into a plan, or says why it cannot.
 *
 * <p>For {@code bayhenn} the plain modulus is the smallest power of two that the proved bound of
 * every round fits; the encryption parameters are the first that leave {@link #LEAST_MARGIN_BITS}
 * after every round. For {@code 2p-dnn}, which has no noise, {@link PaillierPlanner} chooses how
 * wide the fields of plaintexts are.
 */
public final class Planner {

  /** The least predicted noise margin that a plan may have. */
  public static final double LEAST_MARGIN_BITS = 2;

  /** Cheapest first. The first keeps 44-bit primes, which the kernel multiplies in one digit. */
  private static final List<Profile> OPEN =
      List.of(
          new Profile(2048, List.of(44)),
          new Profile(2048, List.of(54)),
          new Profile(4096, List.of(44, 44, 20)),
          new Profile(8192, List.of(44, 44, 44, 20)));

  /** With room for the noise of products in slots, and for what floods it. */
  private static final List<Profile> FLOODED =
      List.of(
          new Profile(8192, List.of(44, 44, 44, 20)),
          new Profile(8192, List.of(44, 44, 44, 44, 20)));

  private record Profile(int ringDegree, List<Integer> primeBits) {}

  /** Encryption parameters, and what becomes of results before they leave. */
  private record Encryption(HeParameters parameters, int resultLimbs, int floodBits) {}

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

  /** Returns a model's rounds, as a plan with this privacy has them. */
  public static Network network(Model model, ModelPrivacy privacy) {
    return privacy == ModelPrivacy.NONE
        ? Network.of(model.architecture())
        : Network.withPoolsApart(model.architecture());
  }

  /**
   * Returns how weights that are drawn for batches become integers in each round: the model owner's
   * half of the plan, which follows from the model and the plan.
   */
  public static List<StepQuantisation> quantisations(Model model, Plan plan) {
    return each(model, plan, Planner::ofBatches);
  }

  /** Returns how weights that are drawn for records become integers in each round. */
  public static List<RecordQuantisation> recordQuantisations(Model model, Plan plan) {
    return each(model, plan, Planner::ofRecords);
  }

  /** Returns how weights become integers in each level of a sealed plan. */
  public static List<SealedQuantisation> sealedQuantisations(Model model, Plan plan) {
    return SealedQuantisation.of(model, plan.weightBits(), plan.clipSigmas());
  }

  /** Returns how weights become integers in each round, however they are drawn. */
  public static List<? extends QuantisedStep> quantised(Model model, Plan plan) {
    return plan.privacy() == ModelPrivacy.NONE
        ? quantisations(model, plan)
        : recordQuantisations(model, plan);
  }

  private static <T> List<T> each(Model model, Plan plan, Quantisation<T> quantisation) {
    return network(model, plan.privacy()).rounds().stream()
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

  @FunctionalInterface
  private interface Quantisation<T> {
    T of(Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip);
  }

  private static StepQuantisation ofBatches(
      Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip) {
    List<StepWeights> members =
        model.posterior().members().stream()
            .map(member -> new StepWeights(round.step(), member))
            .toList();
    return StepQuantisation.of(round.step(), inputs, members, weightBits, clip);
  }

  private static RecordQuantisation ofRecords(
      Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip) {
    StepWeights weights = new StepWeights(round.step(), model.posterior().members().get(0));
    return RecordQuantisation.of(round.step(), inputs, weights, weightBits, clip);
  }

  private boolean isOpen() {
    return options.privacy() == ModelPrivacy.NONE;
  }

  private Plan plan() {
    checkDraws();
    if (options.protocol() == Protocol.CRYPTONETS) {
      if (!isOpen()) {
        throw new PlanRefusedException(
            "Model privacy '%s' is for bayhenn; with %s the data owner sees only outputs: use '%s'"
                .formatted(
                    options.privacy().text(), options.protocol().text(), ModelPrivacy.NONE.text()));
      }
      return new SealedPlanner(model, options).plan();
    }
    Architecture architecture = model.architecture();
    Network network = network(model, options.privacy());
    Quantisation<? extends QuantisedStep> quantisation =
        isOpen() ? Planner::ofBatches : Planner::ofRecords;
    List<QuantisedStep> steps = new ArrayList<>();
    List<Quantiser> quantisers = new ArrayList<>();
    for (NetworkRound round : network.rounds()) {
      Quantiser inputs = Quantiser.of(range(architecture, round), options.activationBits());
      quantisers.add(inputs);
      steps.add(quantisation.of(model, round, inputs, options.weightBits(), options.clipSigmas()));
    }
    if (options.protocol() == Protocol.TWO_PARTY_DNN) {
      return plan(network, quantisers, steps);
    }
    Encryption encryption = encryption(steps, plainBits(steps));
    List<Round> rounds = new ArrayList<>();
    for (NetworkRound round : network.rounds()) {
      QuantisedStep step = steps.get(round.index());
      rounds.add(round(round, quantisers.get(round.index()), step, margin(encryption, step)));
    }
    return new Plan(
        Protocol.BAYHENN.text(),
        options.privacy(),
        architecture.name(),
        architecture.task(),
        architecture.classes(),
        architecture.input(),
        encryption.parameters(),
        isOpen() ? Packing.COEFFICIENTS : Packing.SLOTS,
        Form.NTT,
        encryption.resultLimbs(),
        encryption.floodBits(),
        options.draws(),
        options.clipSigmas(),
        options.activationBits(),
        options.weightBits(),
        network.preparation(),
        rounds,
        0,
        List.of());
  }

  /** The same rounds over Paillier. */
  private Plan plan(Network network, List<Quantiser> quantisers, List<QuantisedStep> steps) {
    PaillierParameters parameters = PaillierPlanner.parameters(steps, quantisers, options);
    List<Round> rounds = new ArrayList<>();
    for (NetworkRound round : network.rounds()) {
      QuantisedStep step = steps.get(round.index());
      double margin = PaillierPlanner.marginBits(parameters, step.outputBound());
      rounds.add(round(round, quantisers.get(round.index()), step, margin));
    }
    Architecture architecture = model.architecture();
    return new Plan(
        options.protocol().text(),
        options.privacy(),
        architecture.name(),
        architecture.task(),
        architecture.classes(),
        architecture.input(),
        parameters,
        Packing.COEFFICIENTS,
        Form.COEFFICIENT,
        0,
        0,
        options.draws(),
        options.clipSigmas(),
        options.activationBits(),
        options.weightBits(),
        network.preparation(),
        rounds,
        0,
        List.of());
  }

  private void checkDraws() {
    Posterior posterior = model.posterior();
    if (posterior.kind() == Posterior.Kind.POINT && options.draws() > 1) {
      throw new PlanRefusedException(
          "The model is a point estimate, so all %d draws would be the same: ask for one draw"
              .formatted(options.draws()));
    }
    if (posterior.kind() == Posterior.Kind.POINT && !isOpen()) {
      throw new PlanRefusedException(
          "The model is a point estimate: there is nothing to draw, so model privacy '%s' would hide nothing; use '%s'"
              .formatted(options.privacy().text(), ModelPrivacy.NONE.text()));
    }
    int members = posterior.members().size();
    if (posterior.kind() == Posterior.Kind.ENSEMBLE && !isOpen()) {
      throw new PlanRefusedException(
          "The model is an ensemble, of which no member can be drawn for each record: use model privacy '%s'"
              .formatted(ModelPrivacy.NONE.text()));
    }
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

  private int plainBits(List<QuantisedStep> steps) {
    int bits = 2;
    for (QuantisedStep step : steps) {
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

  private Encryption encryption(List<QuantisedStep> steps, int plainBits) {
    double best = Double.NEGATIVE_INFINITY;
    QuantisedStep tightest = steps.get(0);
    for (Profile profile : isOpen() ? OPEN : FLOODED) {
      Optional<HeParameters> parameters = parameters(profile, steps, plainBits);
      if (parameters.isEmpty()) {
        continue;
      }
      double noise = 0;
      for (QuantisedStep step : steps) {
        if (step.noise(parameters.get()) > noise) {
          noise = step.noise(parameters.get());
          tightest = step;
        }
      }
      Optional<Encryption> encryption =
          isOpen() ? open(parameters.get()) : flooded(parameters.get(), noise);
      if (encryption.isPresent()) {
        double least = margin(encryption.get(), tightest);
        if (least >= LEAST_MARGIN_BITS) {
          return encryption.get();
        }
        best = Math.max(best, least);
      }
    }
    throw refused(
        tightest,
        "with a plaintext of %d bits its noise margin is %.1f bits in the largest ring that was tried; %.0f are needed"
            .formatted(plainBits, best, LEAST_MARGIN_BITS));
  }

  private static Optional<Encryption> open(HeParameters parameters) {
    return Optional.of(new Encryption(parameters, parameters.dataLimbs(), 0));
  }

  /** Results get as few primes as possible, and as much noise as there is room for. */
  private static Optional<Encryption> flooded(HeParameters parameters, double noise) {
    int least = (int) Math.ceil(NoiseModel.log2(noise)) + NoiseModel.FLOODING_BITS;
    for (int limbs = 1; limbs <= parameters.dataLimbs(); limbs++) {
      int most = NoiseModel.mostFloodBits(parameters, limbs, LEAST_MARGIN_BITS, noise);
      if (most >= least) {
        return Optional.of(new Encryption(parameters, limbs, most));
      }
    }
    return Optional.empty();
  }

  private Optional<HeParameters> parameters(
      Profile profile, List<QuantisedStep> steps, int plainBits) {
    boolean insecure = options.security() == PlanOptions.Security.INSECURE_FOR_TESTS;
    if (!insecure && options.ringDegree() != 0 && options.ringDegree() != profile.ringDegree()) {
      return Optional.empty();
    }
    int degree = insecure ? options.ringDegree() : profile.ringDegree();
    int primes = Math.max(1, profile.primeBits().size() - 1); // of several, the last is for keys
    int dataBits = profile.primeBits().stream().limit(primes).mapToInt(b -> b).sum();
    if (plainBits >= dataBits - 1) {
      return Optional.empty();
    }
    long plainModulus = isOpen() ? 1L << plainBits : slots(degree, profile, steps, plainBits);
    return Optional.of(
        insecure
            ? HeParameters.insecureForTests(Scheme.BFV, degree, profile.primeBits(), plainModulus)
            : HeParameters.bfv(degree, profile.primeBits(), plainModulus));
  }

  /**
   * A prime that is 1 modulo 2N has as many slots as a batch has records. It is the largest of its
   * size, as coefficient primes are of theirs, and must not be one of them.
   */
  private static long slots(int degree, Profile profile, List<QuantisedStep> steps, int plainBits) {
    long bound = steps.stream().mapToLong(QuantisedStep::outputBound).max().orElseThrow();
    int bits = Math.max(Integer.numberOfTrailingZeros(degree) + 3, plainBits);
    long prime = HeParameters.batchingPlainModulus(degree, bits);
    while (prime / 2 <= bound || profile.primeBits().contains(bits)) {
      prime = HeParameters.batchingPlainModulus(degree, ++bits);
    }
    return prime;
  }

  private static double margin(Encryption encryption, QuantisedStep step) {
    HeParameters parameters = encryption.parameters();
    double noise = step.noise(parameters);
    return NoiseModel.marginBits(
        parameters,
        encryption.resultLimbs(),
        encryption.floodBits() == 0
            ? noise
            : NoiseModel.noiseOfHidden(
                parameters, encryption.resultLimbs(), encryption.floodBits(), noise));
  }

  private static Round round(
      NetworkRound round, Quantiser inputs, QuantisedStep quantisation, double margin) {
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

  private static PlanRefusedException refused(QuantisedStep step, String why) {
    return new PlanRefusedException(
        "%s cannot be planned: %s. Use fewer bits for weights or activations, clip draws at fewer sigmas, or a larger ring"
            .formatted(step.step().title(), why));
  }
}
