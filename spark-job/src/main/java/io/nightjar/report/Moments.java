package io.nightjar.report;

import java.io.Serializable;

/** Counts numbers, and knows their mean and variance; it keeps none of them. */
final class Moments implements Serializable {

  private static final long serialVersionUID = 1;

  private long count;
  private double mean;
  private double squares; // the sum of squared distances from the mean

  void add(double value) {
    count++;
    double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }

  /** Takes the numbers of another (Chan, Golub and LeVeque, 1983). */
  void add(Moments other) {
    if (other.count == 0) {
      return;
    }
    long all = count + other.count;
    double apart = other.mean - mean;
    squares += other.squares + apart * apart * ((double) count / all) * other.count;
    mean += apart * other.count / all;
    count = all;
  }

  long count() {
    return count;
  }

  double mean() {
    return mean;
  }

  /** Returns the sum of squared distances from the mean. */
  double squares() {
    return squares;
  }

  /** Returns the standard deviation of these numbers. */
  double deviation() {
    return Math.sqrt(squares / count);
  }
}
