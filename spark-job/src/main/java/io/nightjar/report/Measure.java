package io.nightjar.report;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.util.ArrayList;
import java.util.List;

/**
 * A measure of how unsure a model is of a record.
 *
 * @param key its name in {@code report.json}
 * @param leastRange a power of two: smaller differences than a fraction of it mean nothing
 * @param value the measure itself, which is never negative
 */
record Measure(String key, double leastRange, Value value) {

  static final String ENTROPY = "entropy";
  static final String MUTUAL_INFORMATION = "mutualInformation";
  static final String DEVIATION = "standardDeviation";

  /** The prefix of the results' columns of standard deviations; the output's number follows it. */
  static final String DEVIATION_OF = "sd_";

  /** The most outputs of a regression that have a distribution each. */
  static final int MOST_OUTPUTS = 8;

  private static final double LEAST_NATS = 0x1p-10;
  private static final double LEAST_DEVIATION = 0x1p-40;

  /** Measures a record. */
  interface Value {
    double of(Predictions predictions, int record);
  }

  /** Returns the measures of a task; the first of them ranks the records. */
  static List<Measure> of(Task task, int outputs) {
    return switch (task) {
      case CLASSIFICATION ->
          // Rounding can take the entropy of a certain prediction to -1e-16.
          List.of(
              new Measure(ENTROPY, LEAST_NATS, (p, j) -> Math.max(p.entropy(j), 0)),
              new Measure(MUTUAL_INFORMATION, LEAST_NATS, Predictions::mutualInformation));
      case REGRESSION -> deviations(outputs);
    };
  }

  private static List<Measure> deviations(int outputs) {
    List<Measure> measures = new ArrayList<>();
    measures.add(new Measure(DEVIATION, LEAST_DEVIATION, Measure::largestDeviation));
    for (int k = 0; outputs > 1 && outputs <= MOST_OUTPUTS && k < outputs; k++) {
      int output = k;
      measures.add(
          new Measure(DEVIATION_OF + k, LEAST_DEVIATION, (p, j) -> p.deviation().get(output, j)));
    }
    return List.copyOf(measures);
  }

  private static double largestDeviation(Predictions predictions, int record) {
    double largest = 0;
    for (int k = 0; k < predictions.deviation().columns(); k++) {
      largest = Math.max(largest, predictions.deviation().get(k, record));
    }
    return largest;
  }
}
