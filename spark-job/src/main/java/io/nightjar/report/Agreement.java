package io.nightjar.report;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compares encrypted predictions with others of the same records and draws, record by record. It is
 * safe to use from many threads.
 *
 * <p>It keeps about a million probabilities, or values, those of the first records; later records
 * are not compared.
 */
public final class Agreement {

  private static final int MOST_NUMBERS = 1 << 20;

  /** A probability below this is nothing but the rounding error of an exponential. */
  private static final double LEAST_PROBABILITY = 1e-200;

  private final Task task;
  private final int outputs;
  private final double[] encrypted; // record by record; NaN where none was given

  /**
   * Creates one without predictions.
   *
   * @param outputs how many classes, or values, a record has
   */
  public Agreement(Task task, int records, int outputs) {
    this.task = task;
    this.outputs = outputs;
    this.encrypted = new double[Math.min(records, MOST_NUMBERS / outputs) * outputs];
    Arrays.fill(encrypted, Double.NaN);
  }

  /**
   * Takes the encrypted predictions of consecutive records, the first of which has this position.
   */
  public synchronized void add(long first, Predictions predictions) {
    for (int j = 0; j < predictions.records() && (first + j) * outputs < encrypted.length; j++) {
      for (int c = 0; c < outputs; c++) {
        encrypted[(int) (first + j) * outputs + c] = predictions.mean().get(c, j);
      }
    }
  }

  /** Begins to compare the predictions that it has with others. */
  public Comparison compare() {
    return new Comparison();
  }

  /** Measures how far other predictions are from the encrypted ones. */
  public final class Comparison {
    private long records;
    private long same;
    private double largestLogit;
    private double largest;

    private Comparison() {}

    /** Takes other predictions of consecutive records. */
    public void add(long first, Predictions predictions) {
      synchronized (Agreement.this) {
        for (int j = 0;
            j < predictions.records() && (first + j) * outputs < encrypted.length;
            j++) {
          int start = (int) (first + j) * outputs;
          if (!Double.isNaN(encrypted[start])) {
            compare(start, predictions, j);
          }
        }
      }
    }

    private void compare(int start, Predictions predictions, int record) {
      records++;
      for (int k = 0; k < outputs; k++) {
        double difference = Math.abs(encrypted[start + k] - predictions.mean().get(k, record));
        largest = Math.max(largest, difference);
      }
      if (task == Task.CLASSIFICATION) {
        compareClasses(start, predictions, record);
      }
    }

    /**
     * Compares one record. The error of a logit is that of the logarithm of its probability, apart
     * from what the errors of all classes have in common, which changes no prediction.
     */
    private void compareClasses(int start, Predictions predictions, int record) {
      int best = 0;
      double least = 0;
      double most = 0;
      boolean any = false;
      for (int c = 0; c < outputs; c++) {
        double own = encrypted[start + c];
        double other = predictions.mean().get(c, record);
        best = own > encrypted[start + best] ? c : best;
        if (own >= LEAST_PROBABILITY && other >= LEAST_PROBABILITY) {
          double error = Math.log(own) - Math.log(other);
          least = any ? Math.min(least, error) : error;
          most = any ? Math.max(most, error) : error;
          any = true;
        }
      }
      same += best == predictions.predictedClass(record) ? 1 : 0;
      largestLogit = Math.max(largestLogit, (most - least) / 2);
    }

    /** Returns its figures for a report. */
    public Map<String, Object> report() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("records", records);
      if (task == Task.CLASSIFICATION) {
        figures.put("samePredictions", same);
        figures.put("largestLogitError", largestLogit);
      }
      figures.put("largestDifference", largest);
      return figures;
    }
  }
}
