package io.nightjar.plan;

import io.nightjar.crypto.HeParameters;
import io.nightjar.model.AveragePool;
import io.nightjar.network.LinearStep;
import io.nightjar.network.StepWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * How the weights of one linear step become integers: for each row a scale that no clipped draw
 * exceeds, and bounds that every row of integers keeps within.
 *
 * <p>For a row of means m and deviations s (in units of the scale) the sums in {@link RowBounds}
 * are nearly normal, so each bound is the expectation plus {@link #DEVIATIONS} standard deviations,
 * or what clipping alone allows if that is less. Rows beyond are drawn again, which happens less
 * than once in 10^14 rows; the bounds then are facts for all of them.
 */
public final class StepQuantisation implements QuantisedStep {

  /** Phi(-8) < 10^-15. */
  private static final double DEVIATIONS = 8;

  /** The largest integer bias, so that nothing overflows. */
  static final double MAX_BIAS = 0x1p50;

  private final LinearStep step;
  private final Quantiser inputs;
  private final int largestWeight;
  private final double[] scales;
  private final List<RowBounds> bounds;

  private StepQuantisation(
      LinearStep step, Quantiser inputs, int weightBits, List<StepWeights> members, double clip) {
    this.step = step;
    this.inputs = inputs;
    this.largestWeight = (1 << (weightBits - 1)) - 1;
    this.scales = new double[step.rows()];
    this.bounds = new ArrayList<>();
    for (int row = 0; row < step.rows(); row++) {
      scales[row] = scale(row, members, clip);
      RowBounds widest = new RowBounds(0, 0, 0, 0);
      for (StepWeights member : members) {
        widest = widest.or(bounds(row, member, clip));
      }
      bounds.add(widest);
    }
  }

  /** Chooses scales and bounds for a step whose weights come from any of the members. */
  public static StepQuantisation of(
      LinearStep step, Quantiser inputs, List<StepWeights> members, int weightBits, double clip) {
    return new StepQuantisation(step, inputs, weightBits, members, clip);
  }

  @Override
  public LinearStep step() {
    return step;
  }

  /** Returns the bounds of a row. */
  public RowBounds bounds(int row) {
    return bounds.get(row);
  }

  @Override
  public double weightScale(int row) {
    return scales[row];
  }

  @Override
  public double outputScale(int row) {
    return scales[row] * inputs.scale();
  }

  @Override
  public long outputBound() {
    return bounds.stream().mapToLong(row -> row.output(inputs)).max().orElseThrow();
  }

  @Override
  public double noise(HeParameters parameters) {
    return bounds.stream().mapToDouble(NoiseModel::noise).max().orElseThrow();
  }

  /**
   * Writes the integers of a drawn row.
   *
   * @param row its number
   * @param real its weights and, last, its bias
   * @param weights where the integers go
   * @return the integer bias
   */
  public long quantise(int row, double[] real, int[] weights) {
    int terms = step.terms();
    for (int k = 0; k < terms; k++) {
      weights[k] = integer(real[k], scales[row]);
    }
    return bias(real[terms], row);
  }

  private int integer(double weight, double scale) {
    double rounded = Math.rint(weight / scale);
    return (int) Math.max(-largestWeight, Math.min(largestWeight, rounded));
  }

  private long bias(double bias, int row) {
    return (long) Math.rint(bias / outputScale(row));
  }

  private double scale(int row, List<StepWeights> members, double clip) {
    double largest = 0;
    for (StepWeights member : members) {
      double[] means = member.means(row);
      double[] deviations = member.largestDeviations(row, clip);
      for (int k = 0; k < step.terms(); k++) {
        largest = Math.max(largest, Math.abs(means[k]) + deviations[k]);
      }
    }
    return largest > 0 ? largest / largestWeight : 1;
  }

  private RowBounds bounds(int row, StepWeights member, double clip) {
    double[] means = member.means(row);
    double[] deviations = member.deviations(row);
    double[] largest = member.largestDeviations(row, clip);
    // A pool makes its neighbours of the same weight, so their deviations add up and do not average
    // out.
    int together = step.pool().map(AveragePool::kernel).orElse(1);
    Sum positive = new Sum(together);
    Sum negative = new Sum(together);
    Sum squares = new Sum(together);
    double scale = scales[row];
    for (int k = 0; k < step.terms(); k++) {
      if (largest[k] == 0) {
        int weight = integer(means[k], scale);
        positive.addExactly(Math.max(weight, 0));
        negative.addExactly(Math.max(-weight, 0));
        squares.addExactly((double) weight * weight);
        continue;
      }
      double mean = means[k] / scale;
      double deviation = deviations[k] / scale;
      double high = Math.max(integer(means[k] + largest[k], scale), 0);
      double low = Math.max(-integer(means[k] - largest[k], scale), 0);
      positive.add(positivePart(mean, deviation), deviation, high);
      negative.add(positivePart(-mean, deviation), deviation, low);
      double square = mean * mean + deviation * deviation;
      double squareDeviation = 2 * Math.abs(mean) * (deviation + 0.3) + 1.5 * deviation * deviation;
      double most = Math.max(high, low);
      squares.add(square, squareDeviation, most * most);
    }
    int last = step.terms();
    double bias = (Math.abs(means[last]) + largest[last]) / outputScale(row);
    if (!(bias < MAX_BIAS)) {
      throw new PlanRefusedException(
          "The bias of row %d of %s is %.3g steps of its output scale: its weights are too small for it; widen the range of the inputs or rescale the layer"
              .formatted(row, step.title(), bias));
    }
    return new RowBounds(
        positive.bound(), negative.bound(), squares.bound(), (long) Math.ceil(bias + 1));
  }

  /** E max(m + s Z, 0) for a standard normal Z, from above: |m| Phi(m / s) + s phi(m / s). */
  private static double positivePart(double mean, double deviation) {
    double z = mean / deviation;
    double density = 0.3989422804014327 * StrictMath.exp(-z * z / 2);
    return Math.max(mean, 0) + deviation * Math.min(density, 0.4);
  }

  /** A sum of independent terms, each with an expectation, a deviation and a largest value. */
  private static final class Sum {
    /** What rounding a term to an integer may add to its expectation, and to its variance. */
    private static final double ROUNDING = 1 / 8.0;

    private static final double ROUNDING_VARIANCE = 1 / 12.0;

    private final double deviations;
    private double exact;
    private double expectation;
    private double variance;
    private double largest;

    Sum(int together) {
      this.deviations = DEVIATIONS * together;
    }

    void addExactly(double value) {
      exact += value;
    }

    void add(double mean, double deviation, double most) {
      expectation += mean + ROUNDING;
      variance += deviation * deviation + ROUNDING_VARIANCE;
      largest += most;
    }

    long bound() {
      double likely = expectation + deviations * Math.sqrt(variance);
      return (long) Math.ceil(exact + Math.min(likely, largest));
    }
  }
}
