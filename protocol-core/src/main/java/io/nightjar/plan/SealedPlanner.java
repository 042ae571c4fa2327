package io.nightjar.plan;

import io.nightjar.crypto.Form;
import io.nightjar.crypto.Packing;
import io.nightjar.model.Architecture;
import io.nightjar.model.Model;
import io.nightjar.model.Task;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plans the protocol {@code cryptonets}: CKKS, one upload, one download.
 *
 * <p>Encrypted are real numbers times a scale. Integer weights make what slots hold larger, squares
 * square both; {@link SealedChain} divides primes out in between.
 */
final class SealedPlanner {

  /** Nobody rounds between layers, so errors of weights multiply: they are finer here. */
  private static final int MORE_WEIGHT_BITS = 4;

  /** From the cheapest: a record costs twice as much in a ring twice as large, or more. */
  private static final List<Integer> RING_DEGREES = List.of(8192, 16384);

  /** The largest error that is predicted of an output; a tenth of that is seen, or less. */
  private static final double MOST_ERROR = 1.0 / 4;

  /** What the flood may add to an output: rarely as much as 0.005. */
  private static final double FLOOD_DEVIATION = 1.0 / 1024;

  /** Bits of precision beyond the least: for errors that layers amplify, and to hide those. */
  private static final int MOST_PRECISION_BITS = 16 + PlanOptions.MAX_HIDDEN_BITS;

  private static final int PRECISION_STEP = 2;

  private final Model model;
  private final PlanOptions options;
  private final List<SealedQuantisation> steps;

  SealedPlanner(Model model, PlanOptions options) {
    this.model = model;
    this.options = options;
    this.steps =
        SealedQuantisation.of(model, options.weightBits() + MORE_WEIGHT_BITS, options.clipSigmas());
  }

  /** Parameters under which a network can be evaluated, and what its outputs are then. */
  private record Choice(SealedChain chain, SealedNoise noise, int floodBits) {}

  Plan plan() {
    return choose(steps).map(this::plan).orElseThrow(this::refused);
  }

  /** Returns the first of the cheapest parameters that are precise enough. */
  private Optional<Choice> choose(List<SealedQuantisation> levels) {
    List<Integer> degrees =
        options.ringDegree() == 0 ? RING_DEGREES : List.of(options.ringDegree());
    for (int degree : degrees) {
      for (int bits = 0; bits <= MOST_PRECISION_BITS; bits += PRECISION_STEP) {
        Optional<Choice> choice = choose(levels, degree, bits);
        if (choice.isPresent()) {
          return choice;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Choice> choose(
      List<SealedQuantisation> levels, int ringDegree, int precisionBits) {
    boolean insecure = options.security() == PlanOptions.Security.INSECURE_FOR_TESTS;
    Optional<SealedChain> chain =
        SealedChain.of(
            levels, options.weightBits() + MORE_WEIGHT_BITS, ringDegree, precisionBits, insecure);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    SealedQuantisation outputs = levels.get(levels.size() - 1);
    SealedNoise noise = SealedNoise.of(chain.get(), levels);
    int floodBits = noise.mostFloodBits(outputs, FLOOD_DEVIATION * unit(outputs));
    boolean precise = noise.outputError() <= MOST_ERROR * unit(outputs);
    boolean hidden =
        options.hiddenBits() == 0 || noise.hiddenBits(outputs, floodBits) >= options.hiddenBits();
    return precise && hidden
        ? Optional.of(new Choice(chain.get(), noise, floodBits))
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

  private Plan plan(Choice choice) {
    SealedChain chain = choice.chain();
    Architecture architecture = model.architecture();
    Network network = Network.withPoolSteps(architecture);
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
        chain.parameters(),
        Packing.SLOTS,
        Form.NTT,
        end.limbs() - end.dropped(),
        choice.floodBits(),
        options.draws(),
        options.clipSigmas(),
        options.activationBits(),
        options.weightBits() + MORE_WEIGHT_BITS,
        network.preparation(),
        List.of(round),
        chain.scaleBits(),
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
