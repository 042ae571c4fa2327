package io.nightjar.privacy;

/**
 * Reads the weights of a layer from the noise of its results.
 *
 * <p>Whoever encrypted the columns knows the noise e_k of each, in N coefficients. The noise of a
 * result is sum_k w_k e_k, plus the noise that hides it. These are N equations for K weights, which
 * the attack solves by least squares.
 */
public final class NoiseAttack {

  private final double[] fresh;
  private final int columns;
  private final int coefficients;
  private final SymmetricMatrix.Cholesky factor;

  /**
   * Prepares an attack with the noise of fresh columns.
   *
   * @param fresh the noise, column after column
   * @param columns the number of columns, K, which is at most the number of coefficients in each
   */
  public NoiseAttack(double[] fresh, int columns) {
    if (columns < 1 || fresh.length % columns != 0 || fresh.length / columns < columns) {
      throw new IllegalArgumentException(
          "%d numbers cannot be the noise of %d columns, each of at least so many coefficients"
              .formatted(fresh.length, columns));
    }
    this.fresh = fresh.clone();
    this.columns = columns;
    this.coefficients = fresh.length / columns;
    SymmetricMatrix moments = new SymmetricMatrix(columns);
    double[] x = new double[columns];
    for (int j = 0; j < coefficients; j++) {
      for (int k = 0; k < columns; k++) {
        x[k] = fresh[k * coefficients + j];
      }
      moments.addSquare(x, 1);
    }
    this.factor = moments.factor();
  }

  /** Returns estimates of the weights whose result has this noise, before rounding. */
  public double[] estimate(double[] result) {
    if (result.length != coefficients) {
      throw new IllegalArgumentException(
          "The noise of a result has %d numbers, not %d".formatted(coefficients, result.length));
    }
    double[] right = new double[columns];
    for (int k = 0; k < columns; k++) {
      for (int j = 0; j < coefficients; j++) {
        right[k] += fresh[k * coefficients + j] * result[j];
      }
    }
    return factor.solve(right);
  }
}
