package io.nightjar.rounds;

import io.nightjar.network.LinearStep;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Quantiser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A linear step whose weights become integers: each row has a scale that no clipped draw exceeds,
 * and bounds that every row of integers keeps within.
 *
 * <p>For a row of means m and deviations s (in units of the scale) the sums in {@link RowBounds}
 * are nearly normal, so each bound is the expectation plus eight standard deviations, or what
 * clipping alone allows if that is less. Rows beyond are drawn again, which happens less than once
 * in 10^14 rows; the bounds then are facts for all of them.
 */
public final class StepQuantisation implements QuantisedStep {

  /** The largest integer bias, so that nothing overflows. */
  private static final double MAX_BIAS = 0x1p50;

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

  /** Returns the bounds of all rows. */
  public List<RowBounds> bounds() {
    return Collections.unmodifiableList(bounds);
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

  /**
   * Writes the integers of a drawn row.
   *
   * @param row its number
   * @param real its weights and, last, its bias
   * @param weights where the integers go
   * @param first where the first of them goes
   * @return the integer bias
   */
  public long quantise(int row, double[] real, int[] weights, int first) {
    int terms = step.terms();
    for (int k = 0; k < terms; k++) {
      weights[first + k] = integer(real[k], scales[row]);
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
    double bias = largestBias(step, row, means, largest, outputScale(row));
    // A pool makes its neighbours of the same weight, so their deviations add up and do not average
    // out.
    int together =
        step.pool().map(pool -> (int) Math.ceil(Math.sqrt(pool.window().size()))).orElse(1);
    double scale = scales[row];
    RowSums sums = new RowSums(together);
    for (int k = 0; k < step.terms(); k++) {
      sums.add(means[k] / scale, deviations[k] / scale, largest[k] / scale);
    }
    return sums.bounds(bias);
  }

  /** Returns the largest magnitude of a bias, in steps of its row's outputs. */
  public static double largestBias(
      LinearStep step, int row, double[] means, double[] largest, double outputScale) {
    int last = step.terms();
    double bias = (Math.abs(means[last]) + largest[last]) / outputScale;
    if (!(bias < MAX_BIAS)) {
      throw new PlanRefusedException(
          "The bias of row %d of %s is %.3g steps of its output scale: its weights are too small for it; widen the range of the inputs or rescale the layer"
              .formatted(row, step.title(), bias));
    }
    return bias;
  }
}
