package io.nightjar.cryptonets;

import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.lattice.FloodDistance;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.lattice.LatticeOptions;
import io.nightjar.model.Architecture;
import io.nightjar.model.Model;
import io.nightjar.model.Task;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import io.nightjar.plan.Security;
import io.nightjar.protocol.PlanOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Plans models for CKKS with one upload and one download.
 *
 * <p>The data owner encrypts real numbers times a scale. Integer weights make the numbers in slots
 * larger, and squares square both them and the scale; a {@link PrimeChain} divides primes out in
 * between.
 */
final class CryptonetsPlanner {

  /**
   * The bits that weights have more than in other protocols, because nobody rounds between layers
   * and so errors of weights multiply.
   */
  private static final int MORE_WEIGHT_BITS = 4;

  /** The degrees of rings, the cheapest first: a record costs twice as much or more in the next. */
  private static final List<Integer> RING_DEGREES = List.of(8192, 16384);

  /** The largest error that is predicted of an output; a tenth of that is seen, or less. */
  private static final double MOST_ERROR = 1.0 / 4;

  /** The standard deviation of what the flood may add to an output, which is rarely 0.005 then. */
  private static final double FLOOD_DEVIATION = 1.0 / 1024;

  /**
   * The most bits of precision beyond the least, for errors that layers amplify and to hide those.
   */
  private static final int MOST_PRECISION_BITS = 16 + Cryptonets.MAX_HIDDEN_BITS;

  private static final int PRECISION_STEP = 2;

  /** The hidden bits from which on results count as hidden, and budgets are looked at. */
  private static final int LEAST_HIDDEN_BITS = 40;

  private final Model model;
  private final PlanOptions options;
  private final List<LevelQuantisation> steps;

  CryptonetsPlanner(Model model, PlanOptions options) {
    this.model = model;
    this.options = options;
    this.steps =
        LevelQuantisation.of(model, options.weightBits() + MORE_WEIGHT_BITS, options.clipSigmas());
  }

  /**
   * The parameters under which a network can be evaluated, and what its outputs are then.
   *
   * @param distance how near the noise of results is to what follows from the outputs alone
   */
  private record Choice(
      PrimeChain chain, LevelErrors noise, int floodBits, FloodDistance distance) {}

  Plan plan() {
    return choices(steps)
        .filter(this::affords)
        .findFirst()
        .map(this::plan)
        .orElseThrow(this::refused);
  }

  /** Returns the parameters that are precise enough, the cheapest first. */
  private Stream<Choice> choices(List<LevelQuantisation> levels) {
    int ringDegree = options.own().integer(LatticeOptions.RING_DEGREE);
    List<Integer> degrees = ringDegree == 0 ? RING_DEGREES : List.of(ringDegree);
    return degrees.stream()
        .flatMap(
            degree ->
                IntStream.rangeClosed(0, MOST_PRECISION_BITS / PRECISION_STEP)
                    .mapToObj(step -> choose(levels, degree, step * PRECISION_STEP))
                    .flatMap(Optional::stream));
  }

  /**
   * Returns whether results are hidden for all that the budget has, where they are to be hidden.
   */
  private boolean affords(Choice choice) {
    int wanted = options.own().integer(Cryptonets.HIDDEN_BITS);
    return wanted < LEAST_HIDDEN_BITS
        || (choice.distance().hides() && choice.distance().fits(options.budget()));
  }

  private Optional<Choice> choose(
      List<LevelQuantisation> levels, int ringDegree, int precisionBits) {
    boolean insecure = options.security() == Security.ANY;
    Optional<PrimeChain> chain =
        PrimeChain.of(
            levels, options.weightBits() + MORE_WEIGHT_BITS, ringDegree, precisionBits, insecure);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    LevelQuantisation outputs = levels.get(levels.size() - 1);
    LevelErrors noise = LevelErrors.of(chain.get(), levels);
    int floodBits = noise.mostFloodBits(outputs, FLOOD_DEVIATION * unit(outputs));
    boolean precise = noise.outputError() <= MOST_ERROR * unit(outputs);
    int wanted = options.own().integer(Cryptonets.HIDDEN_BITS);
    boolean hidden = wanted == 0 || noise.hiddenBits(outputs, floodBits) >= wanted;
    FloodDistance distance =
        CryptonetsSheet.distance(
            ringDegree,
            outputs.step().output().size(),
            noise.hiddenBits(outputs, floodBits),
            floodBits);
    return precise && hidden
        ? Optional.of(new Choice(chain.get(), noise, floodBits, distance))
        : Optional.empty();
  }

  /**
   * Returns the unit of errors of outputs; an error of 1 changes a probability by a factor of e at
   * most.
   */
  private double unit(LevelQuantisation outputs) {
    return model.architecture().task() == Task.CLASSIFICATION ? 1 : outputs.usual();
  }

  /**
   * Returns what is thrown for a network that does not fit; it says how many of the squares would,
   * or how many answers.
   */
  private PlanRefusedException refused() {
    OptionalLong affordable =
        choices(steps)
            .filter(choice -> choice.distance().hides())
            .mapToLong(choice -> choice.distance().mostAnswers(options.budget().statisticalBits()))
            .max();
    if (affordable.isPresent()) {
      return FloodDistance.refused(options.budget(), affordable.getAsLong());
    }
    long squares = steps.stream().filter(LevelQuantisation::squared).count();
    int fitting = steps.size() - 1; // layers, with a square after each but the last
    while (fitting > 1 && choices(steps.subList(0, fitting)).findAny().isEmpty()) {
      fitting--;
    }
    return new PlanRefusedException(
        "The network has %d squares in a row; the rings of 128-bit security that cryptonets uses have primes enough for the first %d of them, as large as their values are (up to %.3g): use fewer layers, train for smaller activations, take fewer bits for weights, or use bayhenn"
            .formatted(
                squares,
                fitting - 1,
                steps.stream().mapToDouble(LevelQuantisation::range).max().orElseThrow()));
  }

  private Plan plan(Choice choice) {
    PrimeChain chain = choice.chain();
    Architecture architecture = model.architecture();
    Network network = Network.withPoolSteps(architecture);
    List<Level> levels = new ArrayList<>();
    for (LevelQuantisation step : steps) {
      levels.add(level(levels.size(), step, choice));
    }
    NetworkRound last = network.rounds().get(network.rounds().size() - 1);
    LevelQuantisation outputs = steps.get(steps.size() - 1);
    List<Double> scales = new ArrayList<>();
    for (int row = 0; row < outputs.step().rows(); row++) {
      scales.add(1 / outputs.multiplier(row));
    }
    Quantiser inputs =
        Quantiser.of(architecture.input().range(), options.activationBits()); // only its range
    Level end = levels.get(levels.size() - 1);
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
    LatticeEncryption encryption =
        new LatticeEncryption(
            chain.parameters(),
            Packing.SLOTS,
            Form.NTT,
            end.limbs() - end.dropped(),
            end.limbs() - end.dropped(),
            choice.floodBits());
    return new Plan(
        options.header(
            Cryptonets.NAME,
            architecture,
            options.weightBits() + MORE_WEIGHT_BITS,
            network.preparation()),
        List.of(round),
        new CryptonetsSheet(encryption, chain.scaleBits(), levels));
  }

  private static Level level(int index, LevelQuantisation quantisation, Choice choice) {
    LinearStep step = quantisation.step();
    return new Level(
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
