package io.nightjar.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How often predictions are right, and how often they say that they are.
 *
 * <p>The expected calibration error is the mean over {@value #BINS} bins of confidence, weighted by
 * their records, of the distance between accuracy and mean confidence in the bin. It is safe to use
 * from many threads.
 */
public final class Calibration implements Serializable {

  private static final long serialVersionUID = 1;

  /** The bins of confidence, all of the same width. */
  public static final int BINS = 15;

  private final long[] records = new long[BINS];
  private final long[] right = new long[BINS];
  private final double[] confidence = new double[BINS];

  /**
   * The records of a bin of confidence.
   *
   * @param from the bin's least confidence
   * @param to the next bin's
   * @param count how many records there are, at least one
   * @param confidence their mean confidence
   * @param accuracy the share of them whose class was predicted
   */
  public record Bin(double from, double to, long count, double confidence, double accuracy) {}

  /**
   * Adds a record.
   *
   * @param certainty the probability of a class, which is the predicted one or a chosen one
   * @param isRight whether the record is of that class
   */
  public synchronized void add(double certainty, boolean isRight) {
    int bin = Math.min((int) (certainty * BINS), BINS - 1);
    records[bin]++;
    right[bin] += isRight ? 1 : 0;
    confidence[bin] += certainty;
  }

  /** Takes the records of another. */
  public synchronized void add(Calibration other) {
    for (int bin = 0; bin < BINS; bin++) {
      records[bin] += other.records[bin];
      right[bin] += other.right[bin];
      confidence[bin] += other.confidence[bin];
    }
  }

  /** Returns how many records there are. */
  public synchronized long records() {
    return sum(records);
  }

  /** Returns how many records' class was predicted. */
  public synchronized long right() {
    return sum(right);
  }

  /** Returns the bins that hold records: the points of a reliability diagram. */
  public synchronized List<Bin> bins() {
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (records[bin] > 0) {
        bins.add(
            new Bin(
                (double) bin / BINS,
                (bin + 1.0) / BINS,
                records[bin],
                confidence[bin] / records[bin],
                (double) right[bin] / records[bin]));
      }
    }
    return bins;
  }

  /** Returns the share of records whose class was predicted. */
  public synchronized double accuracy() {
    return (double) sum(right) / sum(records);
  }

  /** Returns the expected calibration error, from 0 to 1. */
  public synchronized double expectedError() {
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(right[bin] - confidence[bin]);
    }
    return error / sum(records);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
