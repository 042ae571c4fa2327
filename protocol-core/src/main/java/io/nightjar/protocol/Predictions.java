package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import java.util.List;

/**
 * The predictions for a batch of records, over all draws.
 *
 * <p>For a classification the mean is the average of the draws' probabilities; entropy is that of
 * the mean, and mutual information is entropy less the average entropy of the draws: what the draws
 * disagree about. For a regression there is only mean and deviation. Entropies are in nats.
 */
public final class Predictions {

  private final Task task;
  private final int records;
  private final RealColumns mean;
  private final RealColumns deviation;
  private final double[] entropy;
  private final double[] mutualInformation;

  private Predictions(
      Task task,
      RealColumns mean,
      RealColumns deviation,
      double[] entropy,
      double[] mutualInformation) {
    this.task = task;
    this.records = mean.records();
    this.mean = mean;
    this.deviation = deviation;
    this.entropy = entropy;
    this.mutualInformation = mutualInformation;
  }

  /**
   * Averages the outputs of the draws.
   *
   * @param outputs the outputs of each draw, in order: probabilities of a classification or values
   *     of a regression
   */
  public static Predictions average(Task task, List<RealColumns> outputs) {
    RealColumns first = outputs.get(0);
    int length = first.values().length;
    double[] mean = new double[length];
    for (RealColumns output : outputs) {
      double[] values = output.values();
      for (int i = 0; i < length; i++) {
        mean[i] += values[i];
      }
    }
    for (int i = 0; i < length; i++) {
      mean[i] /= outputs.size();
    }
    double[] deviation = new double[length];
    for (RealColumns output : outputs) {
      double[] values = output.values();
      for (int i = 0; i < length; i++) {
        double difference = values[i] - mean[i];
        deviation[i] += difference * difference;
      }
    }
    for (int i = 0; i < length; i++) {
      deviation[i] = Math.sqrt(deviation[i] / outputs.size());
    }
    RealColumns means = new RealColumns(first.columns(), first.records(), mean);
    RealColumns deviations = new RealColumns(first.columns(), first.records(), deviation);
    if (task == Task.REGRESSION) {
      return new Predictions(task, means, deviations, new double[0], new double[0]);
    }
    double[] entropy = entropies(means);
    double[] information = entropy.clone();
    for (RealColumns output : outputs) {
      double[] own = entropies(output);
      for (int j = 0; j < own.length; j++) {
        information[j] -= own[j] / outputs.size();
      }
    }
    for (int j = 0; j < information.length; j++) {
      information[j] = Math.max(information[j], 0); // rounding can leave -1e-17
    }
    return new Predictions(task, means, deviations, entropy, information);
  }

  private static double[] entropies(RealColumns probabilities) {
    double[] entropies = new double[probabilities.records()];
    for (int column = 0; column < probabilities.columns(); column++) {
      for (int j = 0; j < entropies.length; j++) {
        double p = probabilities.get(column, j);
        entropies[j] -= p > 0 ? p * StrictMath.log(p) : 0;
      }
    }
    return entropies;
  }

  /** Returns what was predicted. */
  public Task task() {
    return task;
  }

  /** Returns how many records there are. */
  public int records() {
    return records;
  }

  /** Returns class probabilities, or values, averaged over the draws. */
  public RealColumns mean() {
    return mean;
  }

  /** Returns their standard deviations over the draws. */
  public RealColumns deviation() {
    return deviation;
  }

  /** Returns the class with the largest probability; the first of equals. */
  public int predictedClass(int record) {
    requireClassification();
    int best = 0;
    for (int c = 1; c < mean.columns(); c++) {
      best = mean.get(c, record) > mean.get(best, record) ? c : best;
    }
    return best;
  }

  /** Returns the entropy of a record's mean probabilities. */
  public double entropy(int record) {
    requireClassification();
    return entropy[record];
  }

  /** Returns the mutual information between a record's class and the draw. */
  public double mutualInformation(int record) {
    requireClassification();
    return mutualInformation[record];
  }

  private void requireClassification() {
    if (task != Task.CLASSIFICATION) {
      throw new IllegalStateException("A regression has no classes");
    }
  }

  @Override
  public String toString() {
    return "Predictions[%s, %d records]".formatted(task, records);
  }
}
