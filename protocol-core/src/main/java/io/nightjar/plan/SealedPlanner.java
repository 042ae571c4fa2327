package io.nightjar.plan;

import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.Scheme;
import io.nightjar.model.Architecture;
import io.nightjar.model.Model;
import io.nightjar.model.Task;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Plans the protocol {@code cryptonets}: CKKS, one upload, one download.
 *
 * <p>Encrypted are real numbers times a scale. Integer weights make what slots hold larger, squares
 * square both; a prime is divided out where the scale allows. The scale is the largest with which
 * no level outgrows its primes.
 */
final class SealedPlanner {

  /** Nobody rounds between layers, so errors of weights multiply: they are finer here. */
  private static final int MORE_WEIGHT_BITS = 4;

  /** Room for what noise and rounding add to the largest value that is expected. */
  private static final double ROOM_BITS = 1;

  /** The least bits of a scale: noise in a slot is about 2^8, so inputs have 16 that are right. */
  private static final int LEAST_SCALE_BITS = 24;

  private static final int MOST_SCALE_BITS = 40;

  /** A division adds an error of about 2^11 to a slot: what is left has so many bits at least. */
  private static final double LEAST_SLOT_BITS = 28;

  /** The largest error of an output, next to which weights of 12 bits are no better. */
  private static final double MOST_ERROR = 1.0 / 16;

  /** What the flood may add to an output: rarely as much as 0.005. */
  private static final double FLOOD_DEVIATION = 1.0 / 1024;

  /** Ring degree, bits of a prime, most primes: 128-bit security by SEAL's tables. */
  private record Profile(int ringDegree, int primeBits, int primes) {}

  private static final List<Profile> PROFILES =
      List.of(
          new Profile(8192, 44, 4),
          new Profile(8192, 43, 5),
          new Profile(16384, 44, 6),
          new Profile(16384, 44, 7),
          new Profile(16384, 44, 8),
          new Profile(16384, 44, 9));

  private final Model model;
  private final PlanOptions options;
  private final List<SealedQuantisation> steps;

  SealedPlanner(Model model, PlanOptions options) {
    this.model = model;
    this.options = options;
    this.steps =
        SealedQuantisation.of(model, options.weightBits() + MORE_WEIGHT_BITS, options.clipSigmas());
  }

  /** Where the primes go: how many each level reads, and how many it divides out. */
  private record Chain(
      double scaleBits, List<Integer> limbs, List<Integer> dropped, double marginBits) {}

  /** Parameters under which a network can be evaluated, and what its outputs are then. */
  private record Choice(Profile profile, Chain chain, SealedNoise noise) {}

  Plan plan() {
    return choose(steps).map(this::plan).orElseThrow(this::refused);
  }

  private Optional<Choice> choose(List<SealedQuantisation> levels) {
    for (Profile profile : PROFILES) {
      if (options.ringDegree() != 0
          && options.security() == PlanOptions.Security.STANDARD
          && options.ringDegree() != profile.ringDegree()) {
        continue;
      }
      for (int bits = MOST_SCALE_BITS; bits >= LEAST_SCALE_BITS; bits--) {
        Optional<Choice> choice = choose(levels, profile, bits);
        if (choice.isPresent()) {
          return choice;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Choice> choose(List<SealedQuantisation> levels, Profile profile, int scaleBits) {
    Optional<Chain> chain = chain(levels, profile, scaleBits);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    SealedNoise noise =
        SealedNoise.of(
            profile.ringDegree(),
            profile.primeBits(),
            Math.scalb(1.0, scaleBits),
            levels,
            chain.get().limbs(),
            chain.get().dropped());
    double unit = unit(levels.get(levels.size() - 1));
    return noise.outputError() <= MOST_ERROR * unit
        ? Optional.of(new Choice(profile, chain.get(), noise))
        : Optional.empty();
  }

  /** What errors of outputs are compared with: 1 changes a probability by a factor of e at most. */
  private double unit(SealedQuantisation outputs) {
    return model.architecture().task() == Task.CLASSIFICATION ? 1 : outputs.range();
  }

  /** Says how many of the network's squares would fit. */
  private PlanRefusedException refused() {
    long squares = steps.stream().filter(SealedQuantisation::squared).count();
    int fitting = steps.size() - 1; // layers, with a square after each but the last
    while (fitting > 1 && choose(steps.subList(0, fitting)).isEmpty()) {
      fitting--;
    }
    return new PlanRefusedException(
        "The network has %d squares in a row; the rings of 128-bit security that cryptonets uses have primes enough for the first %d of them, as large as their values are (up to %.3g): use fewer layers, train for smaller activations, take fewer bits for weights, or use bayhenn"
            .formatted(
                squares,
                fitting - 1,
                steps.stream().mapToDouble(SealedQuantisation::range).max().orElseThrow()));
  }

  /**
   * Follows the scale through the levels, if the primes suffice; what the last makes is the result.
   */
  private static Optional<Chain> chain(
      List<SealedQuantisation> steps, Profile profile, int scaleBits) {
    double scale = scaleBits;
    int limbs = profile.primes() - 1;
    double margin = Double.POSITIVE_INFINITY;
    List<Integer> read = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>();
    for (SealedQuantisation step : steps) {
      boolean first = read.isEmpty();
      boolean last = read.size() == steps.size() - 1;
      read.add(limbs);
      double slot = NoiseModel.log2(step.largestSlot());
      margin = Math.min(margin, limbs * (profile.primeBits() - 1e-3) - 1 - scale - slot);
      int drop = 0;
      double least = NoiseModel.log2(step.leastMultiplier());
      while ((!first || last)
          && limbs > 1
          && scale - profile.primeBits() + least >= LEAST_SLOT_BITS
          && scale - profile.primeBits() >= 1) {
        scale -= profile.primeBits();
        limbs--;
        drop++;
      }
      dropped.add(drop);
      if (step.squared() && !last) {
        scale *= 2;
        margin = Math.min(margin, limbs * (profile.primeBits() - 1e-3) - 1 - scale - 2 * slot);
      } else {
        margin = Math.min(margin, limbs * (profile.primeBits() - 1e-3) - 1 - scale - slot);
      }
    }
    return margin < ROOM_BITS
        ? Optional.empty()
        : Optional.of(new Chain(scaleBits, read, dropped, margin));
  }

  private Plan plan(Choice choice) {
    Profile profile = choice.profile();
    Chain chain = choice.chain();
    Architecture architecture = model.architecture();
    Network network = Network.withPoolsApart(architecture);
    List<Integer> bits = Collections.nCopies(profile.primes(), profile.primeBits());
    HeParameters parameters =
        options.security() == PlanOptions.Security.INSECURE_FOR_TESTS
            ? HeParameters.insecureForTests(Scheme.CKKS, options.ringDegree(), bits, 0)
            : HeParameters.ckks(profile.ringDegree(), bits);
    List<SealedLevel> levels = new ArrayList<>();
    for (SealedQuantisation step : steps) {
      levels.add(level(levels.size(), step, choice));
    }
    NetworkRound last = network.rounds().get(network.rounds().size() - 1);
    SealedQuantisation outputs = steps.get(steps.size() - 1);
    List<Double> scales = new ArrayList<>();
    for (int row = 0; row < outputs.step().rows(); row++) {
      scales.add(1 / outputs.multiplier(row));
    }
    Quantiser inputs =
        Quantiser.of(architecture.input().range(), options.activationBits()); // only its range
    SealedLevel end = levels.get(levels.size() - 1);
    Round round =
        new Round(
            0,
            "the whole network",
            last.step().last().name(),
            network.rounds().get(0).step().input(),
            last.step().output(),
            inputs,
            scales,
            (long) Math.ceil(outputs.range()),
            chain.marginBits(),
            last.step().rows(),
            last.step().terms(),
            last.step().positions(),
            (long) last.step().rows() * last.step().terms() * last.step().positions(),
            last.activations());
    return new Plan(
        Protocol.CRYPTONETS.text(),
        ModelPrivacy.NONE,
        architecture.name(),
        architecture.task(),
        architecture.classes(),
        architecture.input(),
        parameters,
        Packing.SLOTS,
        Form.NTT,
        end.limbs() - end.dropped(),
        choice.noise().mostFloodBits(outputs, FLOOD_DEVIATION * unit(outputs)),
        options.draws(),
        options.clipSigmas(),
        options.activationBits(),
        options.weightBits() + MORE_WEIGHT_BITS,
        network.preparation(),
        List.of(round),
        (int) chain.scaleBits(),
        levels);
  }

  private static SealedLevel level(int index, SealedQuantisation quantisation, Choice choice) {
    LinearStep step = quantisation.step();
    return new SealedLevel(
        index,
        step.title(),
        step.input(),
        step.output(),
        step.rows(),
        step.terms(),
        step.positions(),
        quantisation.squared(),
        choice.chain().limbs().get(index),
        choice.chain().dropped().get(index),
        quantisation.range(),
        choice.noise().errors().get(index));
  }
}
