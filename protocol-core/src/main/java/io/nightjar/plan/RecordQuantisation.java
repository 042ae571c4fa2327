package io.nightjar.plan;

import io.nightjar.crypto.HeParameters;
import io.nightjar.draw.RoundedNormal;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.network.LinearStep;
import io.nightjar.network.StepWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * How the weights of one linear step become integers when they are drawn for every record.
 *
 * <p>The weight of row m and term k for record n is {@code u + s E(n)}: E is an integer drawn from
 * {@link RoundedNormal} for the record and the input column, and is shared by all rows; u and s are
 * drawn once for a batch. Both are random so that neither their grid nor the rounding shows:
 *
 * <ul>
 *   <li>s is one of the two integers around the wanted deviation, with a sign by coin toss, such
 *       that the expectation of its square is exact, and never 0 where there is a deviation;
 *   <li>u is the mean, moved by a uniform number as wide as s and rounded down: its expectation is
 *       the mean exactly, and it says nothing of the mean modulo s, which is all that E leaves of
 *       it.
 * </ul>
 *
 * <p>The integers are {@link #fineness} times finer than weights that are drawn for a batch, so
 * that small deviations do not round to nothing.
 */
public final class RecordQuantisation implements QuantisedStep {

  /** The finest grid, in steps of a weight that is drawn for a batch. */
  static final int MOST_FINENESS = 64;

  /** Deviations and their signs take 8 bits, which is one digit of the kernel. */
  static final int LARGEST_DEVIATION = 127;

  /** As for noise: twice exp(-11^2 / 2) is below 2^-86. */
  private static final double DEVIATIONS = NoiseModel.DEVIATIONS;

  /** The variance of the dither, in squares of s. */
  private static final double DITHER_VARIANCE = 1 / 12.0;

  private final LinearStep step;
  private final Quantiser inputs;
  private final StepWeights weights;
  private final RoundedNormal normal;
  private final double[] scales;
  private final int fineness;
  private final double spread;
  private final long one;
  private final List<RecordBounds> bounds = new ArrayList<>();

  private RecordQuantisation(
      LinearStep step, Quantiser inputs, StepWeights weights, int weightBits, double clip) {
    this.step = step;
    this.inputs = inputs;
    this.weights = weights;
    this.normal = RoundedNormal.clippedAt(clip);
    // So that a weight has the variance of one that is drawn for a batch, from a clipped normal.
    this.spread =
        Math.sqrt(
            TruncatedNormal.clippedAt(clip).variance() / (normal.variance() + DITHER_VARIANCE));
    this.scales = new double[step.rows()];
    double widest = 0;
    for (int row = 0; row < step.rows(); row++) {
      double scale = scale(row, weightBits, clip);
      double[] deviations = weights.deviations(row);
      for (int k = 0; k < step.terms(); k++) {
        widest = Math.max(widest, deviations[k] * spread / scale);
      }
      scales[row] = scale;
    }
    double most = widest > 0 ? LARGEST_DEVIATION / widest : MOST_FINENESS;
    this.fineness = (int) Math.max(1, Math.min(MOST_FINENESS, Math.floor(most)));
    for (int row = 0; row < step.rows(); row++) {
      scales[row] /= fineness;
    }
    this.one = leastOne();
    for (int row = 0; row < step.rows(); row++) {
      bounds.add(bounds(row));
    }
  }

  /** Chooses scales for a step whose weights have this posterior. */
  static RecordQuantisation of(
      LinearStep step, Quantiser inputs, StepWeights weights, int weightBits, double clip) {
    return new RecordQuantisation(step, inputs, weights, weightBits, clip);
  }

  @Override
  public LinearStep step() {
    return step;
  }

  /** Returns the distribution of E. */
  public RoundedNormal normal() {
    return normal;
  }

  /** Returns how much finer the integers are than those of weights drawn for a batch. */
  public int fineness() {
    return fineness;
  }

  /** Returns the integer that the column of the bias's deviation stands for. */
  public long one() {
    return one;
  }

  private long leastOne() {
    double widest = 0;
    for (int row = 0; row < step.rows(); row++) {
      widest = Math.max(widest, weights.deviations(row)[step.terms()] * spread / outputScale(row));
    }
    return (long) Math.max(1, Math.ceil(widest / LARGEST_DEVIATION));
  }

  /** Returns the real number that 1 stands for in the inputs. */
  public double inputScale() {
    return inputs.scale();
  }

  @Override
  public double weightScale(int row) {
    return scales[row];
  }

  @Override
  public double outputScale(int row) {
    return scales[row] * inputs.scale();
  }

  /** Returns a row's means in integers before rounding; the bias is last. */
  public double[] means(int row) {
    return scaled(row, weights.means(row));
  }

  /**
   * Returns a row's deviations in units of E before rounding; that of the bias is last, in units of
   * E times {@link #one}.
   */
  public double[] deviations(int row) {
    double[] scaled = scaled(row, weights.deviations(row));
    for (int k = 0; k < scaled.length; k++) {
      scaled[k] *= spread;
    }
    scaled[step.terms()] /= one;
    return scaled;
  }

  private double[] scaled(int row, double[] reals) {
    double[] scaled = new double[reals.length];
    for (int k = 0; k < step.terms(); k++) {
      scaled[k] = reals[k] / scales[row];
    }
    scaled[step.terms()] = reals[step.terms()] / outputScale(row);
    return scaled;
  }

  @Override
  public long outputBound() {
    return bounds.stream().mapToLong(this::output).max().orElseThrow();
  }

  private long output(RecordBounds row) {
    double largest = inputs.largest();
    double worst = normal.largest() * (row.deviationSum() * largest + row.biasDeviation());
    // A normal variable in steps of one, and at most 1/2 of rounding.
    double deviation = RoundedNormal.STEPS + 0.5;
    double likely =
        DEVIATIONS
            * deviation
            * Math.sqrt(
                row.deviationSquares() * largest * largest
                    + (double) row.biasDeviation() * row.biasDeviation());
    return row.means().output(inputs) + (long) Math.ceil(Math.min(worst, likely));
  }

  @Override
  public double noise(HeParameters parameters) {
    return bounds.stream()
        .mapToDouble(row -> NoiseModel.noise(parameters, row))
        .max()
        .orElseThrow();
  }

  private double scale(int row, int weightBits, double clip) {
    double[] means = weights.means(row);
    double[] deviations = weights.largestDeviations(row, clip);
    double largest = 0;
    for (int k = 0; k < step.terms(); k++) {
      largest = Math.max(largest, Math.abs(means[k]) + deviations[k]);
    }
    return largest > 0 ? largest / ((1 << (weightBits - 1)) - 1) : 1;
  }

  private RecordBounds bounds(int row) {
    double[] means = means(row);
    double[] deviations = deviations(row);
    long positive = 0;
    long negative = 0;
    long squares = 0;
    long sum = 0;
    for (int k = 0; k < step.terms(); k++) {
      long deviation = (long) Math.ceil(deviations[k]);
      long high = (long) Math.ceil(means[k] + deviation / 2.0) + 1;
      long low = (long) Math.floor(means[k] - deviation / 2.0) - 1;
      positive += Math.max(high, 0);
      negative -= Math.min(low, 0);
      long most = Math.max(high, -low);
      squares += most * most;
      sum += deviation;
    }
    double deviationSquares = 0;
    for (int k = 0; k < step.terms(); k++) {
      double deviation = Math.ceil(deviations[k]);
      deviationSquares += deviation * deviation;
    }
    int last = step.terms();
    long biasDeviation = (long) Math.ceil(deviations[last]) * one;
    double bias = Math.abs(means[last]) + biasDeviation / 2.0;
    if (!(bias < StepQuantisation.MAX_BIAS)) {
      throw new PlanRefusedException(
          "The bias of row %d of %s is %.3g steps of its output scale: its weights are too small for it; widen the range of the inputs or rescale the layer"
              .formatted(row, step.title(), bias));
    }
    return new RecordBounds(
        new RowBounds(positive, negative, squares, (long) Math.ceil(bias) + 1),
        sum,
        deviationSquares,
        biasDeviation);
  }
}
