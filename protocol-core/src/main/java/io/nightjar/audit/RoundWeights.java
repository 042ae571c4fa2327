package io.nightjar.audit;

import io.nightjar.model.Posterior;
import io.nightjar.network.LinearStep;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Quantiser;
import io.nightjar.rounds.QuantisedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of some rows of one round, as far as there is anything to learn about them: the mean
 * of every weight and bias, and how far draws spread around it.
 *
 * <p>A bias is the last weight of its row. A weight that no draw changes counts as the integer that
 * executors multiply by, because nothing else of it is ever used.
 */
public final class RoundWeights {

  private final LinearStep step;
  private final Quantiser inputs;
  private final int[] rows;
  private final double[][] means;
  private final double[][] deviations;
  private final double[] weightSteps;
  private final double weightSize;

  private RoundWeights(
      LinearStep step,
      Quantiser inputs,
      int[] rows,
      double[][] means,
      double[][] deviations,
      double[] weightSteps) {
    this.step = step;
    this.inputs = inputs;
    this.rows = rows;
    this.means = means;
    this.deviations = deviations;
    this.weightSteps = weightSteps;
    this.weightSize = weightSize(means, step.terms());
  }

  /** Returns the weights of every round. */
  public static List<RoundWeights> of(Attacked attacked) {
    Plan plan = attacked.plan();
    List<RoundWeights> rounds = new ArrayList<>();
    for (QuantisedStep step : attacked.steps()) {
      Quantiser inputs = plan.rounds().get(rounds.size()).inputs();
      rounds.add(of(attacked.model().posterior(), plan.draws(), step, inputs));
    }
    return rounds;
  }

  private static RoundWeights of(
      Posterior posterior, int draws, QuantisedStep quantisation, Quantiser inputs) {
    LinearStep step = quantisation.step();
    List<StepWeights> members =
        posterior.members().stream()
            .limit(draws)
            .map(member -> new StepWeights(step, member))
            .toList();
    int[] rows = new int[step.rows()];
    double[][] means = new double[rows.length][step.terms() + 1];
    double[][] deviations = new double[rows.length][];
    double[] steps = new double[rows.length];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row;
      steps[row] = quantisation.weightScale(row);
      deviations[row] = members.get(0).deviations(row);
      for (StepWeights member : members) {
        double[] weights = usedWeights(quantisation, row, member.means(row), deviations[row]);
        for (int k = 0; k < weights.length; k++) {
          means[row][k] += weights[k] / members.size();
        }
      }
    }
    return new RoundWeights(step, inputs, rows, means, deviations, steps);
  }

  private static double[] usedWeights(
      QuantisedStep quantisation, int row, double[] means, double[] deviations) {
    int terms = quantisation.step().terms();
    double[] used = means.clone();
    for (int k = 0; k <= terms; k++) {
      double scale = k == terms ? quantisation.outputScale(row) : quantisation.weightScale(row);
      if (deviations[k] == 0) {
        used[k] = Math.rint(means[k] / scale) * scale;
      }
    }
    return used;
  }

  /** Returns at most so many of the rows, evenly spread. */
  public RoundWeights sample(int most) {
    if (rows.length <= most) {
      return this;
    }
    int[] sampled = new int[most];
    double[][] someMeans = new double[most][];
    double[][] someDeviations = new double[most][];
    double[] steps = new double[most];
    for (int i = 0; i < most; i++) {
      int row = (int) ((long) i * rows.length / most);
      sampled[i] = rows[row];
      someMeans[i] = means[row];
      someDeviations[i] = deviations[row];
      steps[i] = weightSteps[row];
    }
    return new RoundWeights(step, inputs, sampled, someMeans, someDeviations, steps);
  }

  /** Returns the step that the rows belong to. */
  public LinearStep step() {
    return step;
  }

  /** Returns how many rows there are. */
  public int rows() {
    return rows.length;
  }

  /** Returns the number that a row has in the whole step. */
  public int row(int index) {
    return rows[index];
  }

  /** Returns the group of input channels that a row reads. */
  int group(int index) {
    return rows[index] / step.rowsPerGroup();
  }

  /** Returns the groups that the rows belong to, each once. */
  int[] groups() {
    return IntStream.range(0, rows.length).map(this::group).distinct().toArray();
  }

  /** Returns the rows of a group. */
  int[] rowsOf(int group) {
    return IntStream.range(0, rows.length).filter(index -> group(index) == group).toArray();
  }

  /** Returns how many weights a row has, without its bias. */
  public int terms() {
    return step.terms();
  }

  /** Returns the mean of a weight; the bias comes last. */
  public double mean(int index, int term) {
    return means[index][term];
  }

  /** Returns the standard deviation of a weight before draws are clipped. */
  public double deviation(int index, int term) {
    return deviations[index][term];
  }

  /** Returns the real number that one step of a row's integer weights stands for. */
  double weightStep(int index) {
    return weightSteps[index];
  }

  /** Returns how inputs of the round become integers. */
  Quantiser inputs() {
    return inputs;
  }

  /** Returns the input that is furthest from zero. */
  double largestInput() {
    return inputs.scale() * (inputs.high() >= -inputs.low() ? inputs.high() : inputs.low());
  }

  /**
   * Returns the root mean square of the weights, which is the error of an attacker without answers.
   */
  double weightSize() {
    return weightSize;
  }

  private static double weightSize(double[][] means, int terms) {
    double squares = 0;
    for (double[] row : means) {
      for (int k = 0; k < terms; k++) {
        squares += row[k] * row[k];
      }
    }
    return Math.sqrt(squares / means.length / terms);
  }

  /** Returns the root mean square of the biases. */
  double biasSize() {
    double squares = 0;
    for (double[] row : means) {
      squares += row[terms()] * row[terms()];
    }
    return Math.sqrt(squares / rows.length);
  }
}
