package io.nightjar.model;

import java.util.Arrays;

/**
 * A parameter whose numbers have independent normal distributions, each with its own mean and
 * standard deviation.
 */
public final class Gaussian implements Parameter {

  private final float[] means;
  private final float[] stds;

  /**
   * Takes the arrays, which the caller must not change any more.
   *
   * @throws InvalidModelException unless they are as long as each other, all numbers are finite and
   *     no standard deviation is negative
   */
  public Gaussian(float[] means, float[] stds) {
    if (means.length != stds.length) {
      throw new InvalidModelException(
          "%d means and %d standard deviations: there must be as many"
              .formatted(means.length, stds.length));
    }
    ParameterChecks.checkFinite("Mean", means);
    ParameterChecks.checkFinite("Standard deviation", stds);
    ParameterChecks.checkNotNegative("Standard deviation", stds);
    this.means = means;
    this.stds = stds;
  }

  @Override
  public int size() {
    return means.length;
  }

  @Override
  public float mean(int i) {
    return means[i];
  }

  @Override
  public float std(int i) {
    return stds[i];
  }

  @Override
  public float[] means() {
    return means;
  }

  /** Returns all standard deviations, not copied: the caller must not change them. */
  public float[] stds() {
    return stds;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Gaussian that
        && Arrays.equals(means, that.means)
        && Arrays.equals(stds, that.stds);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(means) + Arrays.hashCode(stds);
  }

  @Override
  public String toString() {
    return "Gaussian[" + means.length + "]";
  }
}
