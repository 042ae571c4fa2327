package io.nightjar.bayhenn;

import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.lattice.FloodDistance;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.lattice.LatticeOptions;
import io.nightjar.model.Model;
import io.nightjar.network.Network;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.Security;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.rounds.PlannedStep;
import io.nightjar.rounds.QuantisedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Chooses the parameters of a plan of bayhenn: the plain modulus is the smallest that the proved
 * bound of every round fits, and the encryption parameters are the first that leave {@link
 * #LEAST_MARGIN_BITS} after every round and, where results are hidden, hide all that the budget
 * has.
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
          new Profile(2048, List.of(53)),
          new Profile(4096, List.of(44, 44, 18)),
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

  /**
   * A layout, an encryption, and how near the noise of results is to what weights have no part in.
   */
  private record Candidate(
      BayhennLayout layout, LatticeEncryption encryption, FloodDistance distance) {}

  /** A prediction of the noise of results. */
  @FunctionalInterface
  interface Noise<Q> {

    /** Returns the largest noise of a step's outputs, before anything is done to hide it. */
    double largest(HeParameters parameters, BayhennLayout layout, Q step);
  }

  private final Model model;
  private final Network network;
  private final PlanOptions options;
  private final List<PlannedStep<Q>> steps;
  private final Noise<Q> noise;

  /**
   * Creates a planner.
   *
   * @param network the model's rounds
   * @param steps the rounds whose numbers have become integers
   * @param noise the noise of a step's outputs
   */
  BayhennPlanner(
      Model model,
      Network network,
      PlanOptions options,
      List<PlannedStep<Q>> steps,
      Noise<Q> noise) {
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
    Candidate chosen = choose(plainBits());
    List<Round> rounds = steps.stream().map(step -> step.planned(margin(chosen, step))).toList();
    return new Plan(
        options.header(
            Bayhenn.NAME, model.architecture(), options.weightBits(), network.preparation()),
        rounds,
        new BayhennSheet(
            chosen.encryption(),
            chosen.layout(),
            isOpen() ? OptionalDouble.empty() : OptionalDouble.of(chosen.distance().answerBits())));
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

  private Candidate choose(int plainBits) {
    double best = Double.NEGATIVE_INFINITY;
    long affordable = -1; // answers, where the budget is what does not fit
    PlannedStep<Q> tightest = steps.get(0);
    for (Profile profile : isOpen() ? OPEN : FLOODED) {
      Optional<HeParameters> parameters = parameters(profile, plainBits);
      if (parameters.isEmpty()) {
        continue;
      }
      BayhennLayout layout = layout(parameters.get());
      double largest = 0;
      for (PlannedStep<Q> step : steps) {
        double found = noise.largest(parameters.get(), layout, step.weights());
        if (found > largest) {
          largest = found;
          tightest = step;
        }
      }
      for (Candidate candidate :
          isOpen() ? open(parameters.get(), layout) : flooded(parameters.get(), layout, largest)) {
        double least = margin(candidate, tightest);
        best = Math.max(best, least);
        if (least < LEAST_MARGIN_BITS) {
          continue;
        }
        if (candidate.distance().fits(options.budget())) {
          return candidate;
        }
        affordable =
            Math.max(
                affordable, candidate.distance().mostAnswers(options.budget().statisticalBits()));
      }
    }
    if (affordable >= 0) {
      throw FloodDistance.refused(options.budget(), affordable);
    }
    throw tightest.refused(
        "with a plaintext of %d bits its noise margin is %.1f bits in the largest ring that was tried; %.0f are needed"
            .formatted(plainBits, best, LEAST_MARGIN_BITS));
  }

  /** Returns how batches lie in the ciphertexts of some parameters. */
  private static BayhennLayout layout(HeParameters parameters) {
    return new BayhennColumns(parameters.ringDegree());
  }

  private static List<Candidate> open(HeParameters parameters, BayhennLayout layout) {
    return List.of(
        new Candidate(
            layout,
            new LatticeEncryption(
                parameters,
                Packing.COEFFICIENTS,
                Form.NTT,
                parameters.dataLimbs(),
                parameters.dataLimbs(),
                0),
            FloodDistance.NONE));
  }

  /**
   * Returns encryptions that hide results under as much noise as there is room for, and give them
   * as few primes as that needs: first that which floods results as they were computed. To divide
   * by primes before takes time, but leaves little of the noise that there is to hide.
   */
  private List<Candidate> flooded(HeParameters parameters, BayhennLayout layout, double largest) {
    List<Candidate> found = new ArrayList<>();
    for (int from = parameters.dataLimbs(); from >= 1; from--) {
      flooded(parameters, layout, from, NoiseModel.divided(parameters, from, largest))
          .ifPresent(found::add);
    }
    return found;
  }

  private Optional<Candidate> flooded(
      HeParameters parameters, BayhennLayout layout, int from, double noiseThen) {
    for (int limbs = 1; limbs <= from; limbs++) {
      int flood = NoiseModel.mostFloodBits(parameters, from, limbs, LEAST_MARGIN_BITS, noiseThen);
      FloodDistance distance = distance(parameters, layout, from, flood);
      if (flood > 0 && distance.hides()) {
        LatticeEncryption encryption =
            new LatticeEncryption(parameters, Packing.SLOTS, Form.NTT, from, limbs, flood);
        return Optional.of(new Candidate(layout, encryption, distance));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the distance of an answer that is alone in its batch, so that all coefficients of all
   * its results come with it.
   */
  private FloodDistance distance(
      HeParameters parameters, BayhennLayout layout, int floodLimbs, int floodBits) {
    FloodDistance distance = FloodDistance.NONE;
    for (PlannedStep<Q> step : steps) {
      double ciphertexts = layout.returned(step.planned(0));
      double own = noise.largest(parameters, layout, step.weights());
      distance =
          distance.plus(
              ciphertexts * parameters.ringDegree(),
              NoiseModel.divided(parameters, floodLimbs, own),
              floodBits);
    }
    return distance;
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

  private double margin(Candidate candidate, PlannedStep<Q> step) {
    LatticeEncryption encryption = candidate.encryption();
    HeParameters parameters = encryption.parameters();
    double own =
        NoiseModel.divided(
            parameters,
            encryption.floodLimbs(),
            noise.largest(parameters, candidate.layout(), step.weights()));
    return NoiseModel.marginBits(
        parameters,
        encryption.resultLimbs(),
        encryption.floodBits() == 0
            ? own
            : NoiseModel.noiseOfHidden(
                parameters,
                encryption.floodLimbs(),
                encryption.resultLimbs(),
                encryption.floodBits(),
                own));
  }
}
