package io.nightjar.bayhenn;

import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.lattice.LatticeOptions;
import io.nightjar.model.Model;
import io.nightjar.network.Network;
import io.nightjar.plan.Bits;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.Security;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.rounds.PlannedStep;
import io.nightjar.rounds.QuantisedStep;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;

/**
 * Chooses the parameters of a plan of bayhenn: the plain modulus is the smallest that the proved
 * bound of every round fits, and the encryption parameters are the first that leave {@link
 * #LEAST_MARGIN_BITS} after every round.
 */
final class BayhennPlanner<Q extends QuantisedStep> {

  /** The least predicted noise margin that a plan may have. */
  static final double LEAST_MARGIN_BITS = 2;

  /**
   * The profiles for results that are not hidden, the cheapest first. That one has a prime of 44
   * bits, which the kernel multiplies in one digit.
   */
  private static final List<Profile> OPEN =
      List.of(
          new Profile(2048, List.of(44)),
          new Profile(2048, List.of(54)),
          new Profile(4096, List.of(44, 44, 20)),
          new Profile(8192, List.of(44, 44, 44, 20)));

  /**
   * The profiles for hidden results, with room for the noise of products in slots and for what
   * floods it.
   */
  private static final List<Profile> FLOODED =
      List.of(
          new Profile(8192, List.of(44, 44, 44, 20)),
          new Profile(8192, List.of(44, 44, 44, 44, 20)));

  private record Profile(int ringDegree, List<Integer> primeBits) {}

  private final Model model;
  private final Network network;
  private final PlanOptions options;
  private final List<PlannedStep<Q>> steps;
  private final ToDoubleBiFunction<HeParameters, Q> noise;

  /**
   * Creates a planner.
   *
   * @param network the model's rounds
   * @param steps the rounds whose numbers have become integers
   * @param noise the largest noise of a step's outputs, before anything is done to hide it
   */
  BayhennPlanner(
      Model model,
      Network network,
      PlanOptions options,
      List<PlannedStep<Q>> steps,
      ToDoubleBiFunction<HeParameters, Q> noise) {
    this.model = model;
    this.network = network;
    this.options = options;
    this.steps = steps;
    this.noise = noise;
  }

  private boolean isOpen() {
    return options.privacy() == ModelPrivacy.NONE;
  }

  Plan plan() {
    LatticeEncryption encryption = encryption(plainBits());
    List<Round> rounds =
        steps.stream().map(step -> step.planned(margin(encryption, step))).toList();
    return new Plan(
        options.header(
            Bayhenn.NAME, model.architecture(), options.weightBits(), network.preparation()),
        rounds,
        new BayhennSheet(encryption));
  }

  private int plainBits() {
    int bits = 2;
    for (PlannedStep<Q> step : steps) {
      long bound = step.weights().outputBound();
      // [-2^(k-1), 2^(k-1)) holds every output.
      int needed = Long.SIZE - Long.numberOfLeadingZeros(bound) + 1;
      int most = Long.numberOfTrailingZeros(HeParameters.MAX_PLAIN_MODULUS);
      if (needed > most) {
        throw step.refused(
            "its outputs reach %d, which needs %d bits of plaintext; at most %d are possible"
                .formatted(bound, needed, most));
      }
      bits = Math.max(bits, needed);
    }
    return bits;
  }

  private LatticeEncryption encryption(int plainBits) {
    double best = Double.NEGATIVE_INFINITY;
    PlannedStep<Q> tightest = steps.get(0);
    for (Profile profile : isOpen() ? OPEN : FLOODED) {
      Optional<HeParameters> parameters = parameters(profile, plainBits);
      if (parameters.isEmpty()) {
        continue;
      }
      double largest = 0;
      for (PlannedStep<Q> step : steps) {
        double found = noise.applyAsDouble(parameters.get(), step.weights());
        if (found > largest) {
          largest = found;
          tightest = step;
        }
      }
      Optional<LatticeEncryption> encryption =
          isOpen() ? open(parameters.get()) : flooded(parameters.get(), largest);
      if (encryption.isPresent()) {
        double least = margin(encryption.get(), tightest);
        if (least >= LEAST_MARGIN_BITS) {
          return encryption.get();
        }
        best = Math.max(best, least);
      }
    }
    throw tightest.refused(
        "with a plaintext of %d bits its noise margin is %.1f bits in the largest ring that was tried; %.0f are needed"
            .formatted(plainBits, best, LEAST_MARGIN_BITS));
  }

  private static Optional<LatticeEncryption> open(HeParameters parameters) {
    return Optional.of(
        new LatticeEncryption(
            parameters, Packing.COEFFICIENTS, Form.NTT, parameters.dataLimbs(), 0));
  }

  /**
   * Returns an encryption in which results get as few primes as possible, and as much noise as
   * there is room for.
   */
  private static Optional<LatticeEncryption> flooded(HeParameters parameters, double noise) {
    int least = (int) Math.ceil(Bits.log2(noise)) + NoiseModel.FLOODING_BITS;
    for (int limbs = 1; limbs <= parameters.dataLimbs(); limbs++) {
      int most = NoiseModel.mostFloodBits(parameters, limbs, LEAST_MARGIN_BITS, noise);
      if (most >= least) {
        return Optional.of(new LatticeEncryption(parameters, Packing.SLOTS, Form.NTT, limbs, most));
      }
    }
    return Optional.empty();
  }

  private Optional<HeParameters> parameters(Profile profile, int plainBits) {
    int wanted = options.own().integer(LatticeOptions.RING_DEGREE);
    boolean insecure = options.security() == Security.ANY;
    if (!insecure && wanted != 0 && wanted != profile.ringDegree()) {
      return Optional.empty();
    }
    int degree = wanted == 0 ? profile.ringDegree() : wanted;
    int primes = Math.max(1, profile.primeBits().size() - 1); // of several, the last is for keys
    int dataBits = profile.primeBits().stream().limit(primes).mapToInt(b -> b).sum();
    if (plainBits >= dataBits - 1) {
      return Optional.empty();
    }
    long plainModulus = isOpen() ? 1L << plainBits : slots(degree, profile, plainBits);
    return Optional.of(
        insecure
            ? HeParameters.ofAnySecurity(Scheme.BFV, degree, profile.primeBits(), plainModulus)
            : HeParameters.bfv(degree, profile.primeBits(), plainModulus));
  }

  /**
   * Returns a plain modulus that is 1 modulo 2N, which has as many slots as a batch has records. It
   * is the largest prime of its size, as coefficient primes are of theirs, and must not be one of
   * them.
   */
  private long slots(int degree, Profile profile, int plainBits) {
    long bound = steps.stream().mapToLong(step -> step.weights().outputBound()).max().orElseThrow();
    int bits = Math.max(Integer.numberOfTrailingZeros(degree) + 3, plainBits);
    long prime = HeParameters.batchingPlainModulus(degree, bits);
    while (prime / 2 <= bound || profile.primeBits().contains(bits)) {
      prime = HeParameters.batchingPlainModulus(degree, ++bits);
    }
    return prime;
  }

  private double margin(LatticeEncryption encryption, PlannedStep<Q> step) {
    HeParameters parameters = encryption.parameters();
    double own = noise.applyAsDouble(parameters, step.weights());
    return NoiseModel.marginBits(
        parameters,
        encryption.resultLimbs(),
        encryption.floodBits() == 0
            ? own
            : NoiseModel.noiseOfHidden(
                parameters, encryption.resultLimbs(), encryption.floodBits(), own));
  }
}
