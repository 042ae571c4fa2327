package io.nightjar.bayhenn;

import io.nightjar.draw.RoundedNormal;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.lattice.TailBound;
import io.nightjar.model.Model;
import io.nightjar.network.LinearStep;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Quantiser;
import io.nightjar.rounds.QuantisedStep;
import io.nightjar.rounds.RowBounds;
import io.nightjar.rounds.RowSums;
import io.nightjar.rounds.StepQuantisation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A linear step whose weights become integers that differ from record to record.
 *
 * <p>The weight of row m and term k for record n is {@code u + s E(n)}: E is an integer drawn from
 * {@link RoundedNormal} for the record and the input column, and is shared by all rows; u and s are
 * drawn once for a batch. Each of them has half of the posterior's variance: E alone would be taken
 * out by whoever compares rows, u alone by whoever compares records.
 *
 * <p>Both u and s are rounded at random, so that neither their grid nor the rounding shows:
 *
 * <ul>
 *   <li>s is one of the two integers around the wanted deviation, with a sign by coin toss, such
 *       that the expectation of its square is exact, and never 0 where there is a deviation;
 *   <li>u is a normal variable around the mean, moved by a uniform number as wide as s and rounded
 *       down: its expectation is the mean exactly, and it says nothing of the mean modulo s, which
 *       is all that E leaves of it.
 * </ul>
 *
 * <p>The integers are {@link #fineness} times finer than weights that are drawn for a batch, so
 * that small deviations do not round to nothing. Rows of u that leave their bounds are drawn again.
 */
final class RecordQuantisation implements QuantisedStep {

  /** The finest grid, in steps of a weight that is drawn for a batch. */
  static final int MOST_FINENESS = 64;

  /** The part of a weight's variance that a batch shares. */
  public static final double BATCH_SHARE = 0.5;

  /** Deviations and their signs take 8 bits, which is one digit of the kernel. */
  static final int LARGEST_DEVIATION = 127;

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
            (1 - BATCH_SHARE)
                * TruncatedNormal.clippedAt(clip).variance()
                / (normal.variance() + DITHER_VARIANCE));
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
      bounds.add(bounds(row, clip));
    }
  }

  /** Chooses scales for a round of a model; this is a {@code StepPlanner.Quantisation}. */
  static RecordQuantisation of(
      Model model, NetworkRound round, Quantiser inputs, int weightBits, double clip) {
    StepWeights weights = new StepWeights(round.step(), model.posterior().members().get(0));
    return new RecordQuantisation(round.step(), inputs, weights, weightBits, clip);
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
   * Returns the deviations of a row's u's, before draws are clipped, in integers before rounding.
   */
  public double[] batchDeviations(int row) {
    double[] scaled = scaled(row, weights.deviations(row));
    for (int k = 0; k < scaled.length; k++) {
      scaled[k] *= Math.sqrt(BATCH_SHARE);
    }
    return scaled;
  }

  /** Returns what a row of u's keeps within. */
  public RowBounds bounds(int row) {
    return bounds.get(row).means();
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
        TailBound.DEVIATIONS
            * deviation
            * Math.sqrt(
                row.deviationSquares() * largest * largest
                    + (double) row.biasDeviation() * row.biasDeviation());
    return row.means().output(inputs) + (long) Math.ceil(Math.min(worst, likely));
  }

  /** Returns what the rows keep within. */
  List<RecordBounds> bounds() {
    return Collections.unmodifiableList(bounds);
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

  private RecordBounds bounds(int row, double clip) {
    double[] means = means(row);
    double[] deviations = deviations(row);
    double[] batch = batchDeviations(row);
    RowSums sums = new RowSums(1);
    long sum = 0;
    double squares = 0;
    for (int k = 0; k < step.terms(); k++) {
      double width = Math.ceil(deviations[k]);
      double dithered = Math.sqrt(batch[k] * batch[k] + width * width * DITHER_VARIANCE);
      sums.add(means[k], dithered, clip * batch[k] + (width > 0 ? width / 2 + 1 : 0));
      sum += (long) width;
      squares += width * width;
    }
    int last = step.terms();
    long ofBias = (long) Math.ceil(deviations[last]) * one;
    double[] largest = new double[last + 1];
    largest[last] = clip * batch[last] + ofBias / 2.0 + 1;
    // These are integers already.
    double bias = StepQuantisation.largestBias(step, row, means, largest, 1);
    return new RecordBounds(sums.bounds(bias), sum, squares, ofBias);
  }
}
