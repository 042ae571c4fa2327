package io.nightjar.cryptonets;

import io.nightjar.model.Activation;
import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.Flatten;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Parabola;
import io.nightjar.model.Range;
import io.nightjar.model.Softmax;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.PlanRefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A linear step whose weights become integers, in a network that is evaluated as a whole.
 *
 * <p>Slots hold a multiple of what they stand for: each row has a multiplier by which its largest
 * weight just fits, squares square it, and the next step's weights make up for it. Nobody rescales
 * in between, so only primes that are divided out limit how the multipliers grow.
 */
final class LevelQuantisation {

  /** The factor by which the values of a network may exceed its calibration. */
  static final double SAFETY = 2;

  /** The most deviations that a sum of independent terms is expected to be from its mean. */
  private static final double DEVIATIONS = 8;

  /** The parabola of columns that no activation squared: the next layer reads them as they are. */
  private static final Parabola UNSQUARED = new Parabola(1, 0, 0);

  private final LinearStep step;
  private final List<StepWeights> members;
  private final Parabola before;
  private final Optional<Parabola> after;
  private final double[][] inputMultipliers; // [group][term]
  private final double[] multipliers;
  private final double range;
  private final double usual;

  /**
   * How large the columns are that a step reads.
   *
   * @param usual the largest that calibration saw
   * @param widest the largest that the step before makes within its range
   */
  private record Inputs(double usual, double widest) {}

  private LevelQuantisation(
      LinearStep step,
      List<StepWeights> members,
      Parabola before,
      Optional<Parabola> after,
      double[] inputMultipliers,
      Inputs inputs,
      Optional<Range> outputRange,
      int weightBits,
      double clip) {
    this.step = step;
    this.members = members;
    this.before = before;
    this.after = after;
    this.inputMultipliers = ofTerms(step, inputMultipliers);
    this.multipliers = new double[step.rows()];
    boolean alike = step.core() instanceof AveragePool && step.norms().isEmpty(); // sums will do
    double largestWeight = alike ? 1 : (1 << (weightBits - 1)) - 1;
    double widest = 0;
    double expected = 0;
    for (int row = 0; row < step.rows(); row++) {
      double largest = 0;
      double sum = 0; // of weights, as the squares below
      double squares = 0;
      double bias = 0;
      for (StepWeights member : members) {
        double[] means = member.means(row);
        double[] deviations = member.largestDeviations(row, clip);
        double memberSum = 0;
        double memberSquares = 0;
        for (int k = 0; k < step.terms(); k++) {
          double weight = Math.abs(means[k]) + deviations[k];
          largest = Math.max(largest, weight * Math.abs(before.factor()) / inputMultiplier(row, k));
          memberSum += weight;
          memberSquares += weight * weight;
        }
        sum = Math.max(sum, memberSum);
        squares = Math.max(squares, memberSquares);
        bias = Math.max(bias, Math.abs(means[step.terms()]) + deviations[step.terms()]);
      }
      multipliers[row] = largest > 0 ? largestWeight / largest : 1;
      double likely = DEVIATIONS * Math.sqrt(squares) * inputs.usual();
      widest = Math.max(widest, Math.min(sum * inputs.widest(), likely) + bias);
      expected = Math.max(expected, Math.min(sum * inputs.usual(), likely) + bias);
    }
    Optional<Double> calibrated =
        outputRange.map(
            out -> after.map(parabola -> parabola.largestRoot(out)).orElse(largest(out)));
    this.range = calibrated.map(seen -> SAFETY * seen).orElse(widest);
    this.usual = calibrated.orElse(expected);
  }

  /**
   * Returns the quantisation of every linear step of a model.
   *
   * @throws PlanRefusedException if an activation is no polynomial of degree two, or anything else
   *     cannot be evaluated on ciphertexts
   */
  static List<LevelQuantisation> of(Model model, int weightBits, double clip) {
    Architecture architecture = model.architecture();
    Network network = Network.withPoolSteps(architecture);
    for (Layer layer : network.preparation()) {
      if (!(layer instanceof Flatten)) {
        throw refused(layer);
      }
    }
    requireRanges(architecture, network);
    List<LevelQuantisation> steps = new ArrayList<>();
    Parabola before = UNSQUARED;
    double largestInput = largest(architecture.input().range());
    Inputs inputs = new Inputs(largestInput, largestInput);
    double[] multipliers = new double[network.rounds().get(0).step().input().size()];
    Arrays.fill(multipliers, 1);
    for (NetworkRound round : network.rounds()) {
      LinearStep step = round.step();
      boolean last = round.index() == network.rounds().size() - 1;
      if (step.core() instanceof AveragePool pool && !pool.isUniform(step.input())) {
        throw new PlanRefusedException(
            "Layer '%s' divides some windows by less than others, and executors apply one row of weights to all: leave its padding out, or count it, or use bayhenn"
                .formatted(pool.name()));
      }
      Optional<Activation> activation = activation(round, last);
      Optional<Parabola> after = activation.flatMap(Activation::parabola);
      if (before.rest() != 0 && padded(step)) {
        throw new PlanRefusedException(
            "%s pads what a quadratic activation made, whose value at 0 is not 0: leave the padding out, or use square"
                .formatted(step.title()));
      }
      List<StepWeights> members =
          model.posterior().members().stream()
              .map(member -> new StepWeights(step, member))
              .toList();
      String output = activation.map(Layer::name).orElse(step.last().name());
      Optional<Range> calibrated = Optional.ofNullable(architecture.calibration().get(output));
      LevelQuantisation quantisation =
          new LevelQuantisation(
              step, members, before, after, multipliers, inputs, calibrated, weightBits, clip);
      steps.add(quantisation);
      multipliers = quantisation.squaredMultipliers();
      before = after.orElse(UNSQUARED);
      inputs =
          new Inputs(
              calibrated
                  .map(LevelQuantisation::largest)
                  .orElse(quantisation.largestValue(quantisation.usual)),
              quantisation.largestValue(quantisation.range));
    }
    return steps;
  }

  /**
   * Refuses a network of which activations have no ranges: from the weights alone they grow fast.
   */
  private static void requireRanges(Architecture architecture, Network network) {
    int last = network.rounds().size() - 1;
    List<String> missing =
        network.rounds().stream()
            .limit(last)
            .flatMap(round -> activation(round, false).stream())
            .map(Layer::name)
            .filter(layer -> !architecture.calibration().containsKey(layer))
            .toList();
    if (!missing.isEmpty()) {
      throw PlanRefusedException.uncalibrated(missing);
    }
  }

  private static boolean padded(LinearStep step) {
    for (int column : step.gathered(0)) {
      if (column < 0) {
        return true;
      }
    }
    return false;
  }

  private static double largest(Range range) {
    return Math.max(Math.abs(range.low()), Math.abs(range.high()));
  }

  /**
   * Returns the one activation of a round; the last round has none but what the data owner can
   * apply.
   */
  private static Optional<Activation> activation(NetworkRound round, boolean last) {
    Optional<Activation> found = Optional.empty();
    for (Layer layer : round.activations()) {
      if (layer instanceof Flatten || (last && layer instanceof Softmax)) {
        continue;
      }
      boolean fits =
          !last
              && found.isEmpty()
              && layer instanceof Activation activation
              && activation.parabola().isPresent();
      if (!fits) {
        throw refused(layer);
      }
      found = Optional.of((Activation) layer);
    }
    return found;
  }

  private static PlanRefusedException refused(Layer layer) {
    return new PlanRefusedException(
        "Layer '%s' cannot be evaluated on ciphertexts: with cryptonets a network has dense layers, convolutions and average pools, and square or quadratic activations between them; retrain it with these (data/README.md says how), or use bayhenn"
            .formatted(layer.name()));
  }

  /** Returns the step. */
  public LinearStep step() {
    return step;
  }

  /** Returns whether its outputs are squared. */
  public boolean squared() {
    return after.isPresent();
  }

  /** Returns the largest output that is expected, before it is squared. */
  public double range() {
    return range;
  }

  /** Returns about the largest output that calibration saw, before it is squared. */
  double usual() {
    return usual;
  }

  /** Returns the largest value that its activation makes of outputs that are no larger. */
  private double largestValue(double output) {
    return after.map(parabola -> parabola.largestValue(output)).orElse(output);
  }

  /** Returns what a row's outputs are multiplied by. */
  public double multiplier(int row) {
    return multipliers[row];
  }

  /** Returns the largest output times its multiplier that is expected. */
  double largestSlot() {
    return range * Arrays.stream(multipliers).max().orElseThrow();
  }

  /**
   * Returns the largest bias times its row's multiplier that is expected. It can be larger than any
   * output, because it makes up for what the squares before it leave out.
   */
  double largestBiasSlot() {
    double largest = 0;
    for (StepWeights member : members) {
      for (int row = 0; row < step.rows(); row++) {
        double[] means = member.means(row);
        double[] deviations = member.deviations(row);
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < step.terms(); k++) {
          sum += means[k];
          squares += deviations[k] * deviations[k];
        }
        double spread = Math.sqrt(squares) * Math.abs(before.rest()) + deviations[step.terms()];
        double bias = Math.abs(bias(row, means, sum)) + multipliers[row] * DEVIATIONS * spread;
        largest = Math.max(largest, bias);
      }
    }
    return largest;
  }

  /** Returns the least multiplier, whose row has the least precision. */
  double leastMultiplier() {
    return Arrays.stream(multipliers).min().orElseThrow();
  }

  /** Returns the posterior's members. */
  public List<StepWeights> members() {
    return members;
  }

  /**
   * Returns the numbers of columns by group and term; all positions of a term read columns that are
   * alike, those of one channel.
   */
  private static double[][] ofTerms(LinearStep step, double[] columns) {
    double[][] terms = new double[step.groups()][step.terms()];
    for (int group = 0; group < terms.length; group++) {
      int[] gathered = step.gathered(group);
      for (int i = 0; i < gathered.length; i++) {
        if (gathered[i] >= 0) {
          terms[group][i % step.terms()] = columns[gathered[i]];
        }
      }
    }
    return terms;
  }

  /**
   * Returns the variances of the errors of every row's outputs, for independent errors of the
   * columns that it reads.
   */
  double[] outputVariances(double[] columns) {
    double[][] terms = ofTerms(step, columns);
    double[] variances = new double[step.rows()];
    for (StepWeights member : members) {
      for (int row = 0; row < step.rows(); row++) {
        double[] means = member.means(row);
        double[] deviations = member.deviations(row);
        double sum = 0;
        for (int k = 0; k < step.terms(); k++) {
          double square = means[k] * means[k] + deviations[k] * deviations[k];
          sum += square * terms[row / step.rowsPerGroup()][k];
        }
        variances[row] = Math.max(variances[row], before.factor() * before.factor() * sum);
      }
    }
    return variances;
  }

  private double inputMultiplier(int row, int term) {
    return inputMultipliers[row / step.rowsPerGroup()][term];
  }

  /** Returns the multipliers of the columns that the next step reads. */
  private double[] squaredMultipliers() {
    int positions = step.positions();
    double[] columns = new double[step.output().size()];
    for (int column = 0; column < columns.length; column++) {
      double multiplier = multipliers[column / positions];
      columns[column] = squared() ? multiplier * multiplier : multiplier;
    }
    return columns;
  }

  /** Writes the integers of a drawn row, and returns its bias, a real number. */
  public double quantise(int row, double[] real, int[] weights) {
    double sum = 0;
    for (int k = 0; k < step.terms(); k++) {
      double scaled = real[k] * before.factor() * multipliers[row] / inputMultiplier(row, k);
      weights[k] = (int) Math.rint(scaled);
      sum += real[k];
    }
    return bias(row, real, sum);
  }

  private double bias(int row, double[] real, double sum) {
    double shift = after.map(Parabola::shift).orElse(0.0);
    return multipliers[row] * (real[step.terms()] + before.rest() * sum + shift);
  }
}
