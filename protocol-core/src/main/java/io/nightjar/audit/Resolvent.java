package io.nightjar.audit;

import java.util.Arrays;

/**
 * Computes traces and quadratic forms of (s I + A)^-1 for one symmetric matrix A and many s.
 *
 * <p>Householder reflections, applied once, turn A into a tridiagonal T and the vectors along with
 * it, which changes neither traces nor forms. Then a trace costs one pass up and one down T: the
 * i-th diagonal element of the inverse is 1 / (p_i + q_i - T_ii), where p and q are the pivots of
 * an elimination from the top and from the bottom. A vector costs the solution of a tridiagonal
 * system.
 */
final class Resolvent {

  private final double[] diagonal;
  private final double[] neighbours;
  private final double[][] vectors;

  /**
   * Two sums, one of the resolvent R = (s I + A)^-1 and one of its square.
   *
   * @param first the sum for R
   * @param second the sum for R^2
   */
  record Sums(double first, double second) {}

  private Resolvent(double[] diagonal, double[] neighbours, double[][] vectors) {
    this.diagonal = diagonal;
    this.neighbours = neighbours;
    this.vectors = vectors;
  }

  static Resolvent of(SymmetricMatrix matrix) {
    return of(matrix, new double[0][]);
  }

  /** Prepares a matrix, and vectors for quadratic forms with it. */
  static Resolvent of(SymmetricMatrix matrix, double[][] vectors) {
    int n = matrix.size();
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i][j] = matrix.get(i, j);
      }
    }
    double[][] turned = Arrays.stream(vectors).map(double[]::clone).toArray(double[][]::new);
    double[] neighbours = new double[Math.max(n - 1, 0)];
    for (int k = 0; k + 1 < n; k++) {
      double norm = 0;
      for (int i = k + 1; i < n; i++) {
        norm += a[i][k] * a[i][k];
      }
      if (norm > 0) {
        neighbours[k] = -Math.copySign(Math.sqrt(norm), a[k + 1][k]);
        reflect(a, turned, k, Math.sqrt(norm));
      }
    }
    double[] diagonal = new double[n];
    for (int i = 0; i < n; i++) {
      diagonal[i] = a[i][i];
    }
    return new Resolvent(diagonal, neighbours, turned);
  }

  /** Turns the part of column k below its diagonal into a multiple of the first unit vector. */
  private static void reflect(double[][] a, double[][] vectors, int k, double norm) {
    int n = a.length;
    double[] v = new double[n];
    for (int i = k + 1; i < n; i++) {
      v[i] = a[i][k];
    }
    v[k + 1] += Math.copySign(norm, v[k + 1]);
    double length = 0;
    for (int i = k + 1; i < n; i++) {
      length += v[i] * v[i];
    }
    length = Math.sqrt(length);
    for (int i = k + 1; i < n; i++) {
      v[i] /= length;
    }
    for (double[] vector : vectors) {
      double part = 0;
      for (int i = k + 1; i < n; i++) {
        part += vector[i] * v[i];
      }
      for (int i = k + 1; i < n; i++) {
        vector[i] -= 2 * part * v[i];
      }
    }
    double[] w = new double[n];
    double along = 0;
    for (int i = k + 1; i < n; i++) {
      double sum = 0;
      for (int j = k + 1; j < n; j++) {
        sum += a[i][j] * v[j];
      }
      w[i] = sum;
      along += sum * v[i];
    }
    for (int i = k + 1; i < n; i++) {
      w[i] = 2 * (w[i] - along * v[i]);
    }
    for (int i = k + 1; i < n; i++) {
      double[] row = a[i];
      double vi = v[i];
      double wi = w[i];
      for (int j = k + 1; j < n; j++) {
        row[j] -= vi * w[j] + wi * v[j];
      }
    }
  }

  int size() {
    return diagonal.length;
  }

  /** Returns the trace of A itself. */
  double ownTrace() {
    return Arrays.stream(diagonal).sum();
  }

  /** Returns the traces of R and R^2, for a shift that makes s I + A positive definite. */
  Sums trace(double shift) {
    int n = diagonal.length;
    double[] below = new double[n];
    double[] belowSlope = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      below[i] = diagonal[i] + shift;
      belowSlope[i] = 1;
      if (i < n - 1) {
        double square = neighbours[i] * neighbours[i] / below[i + 1];
        below[i] -= square;
        belowSlope[i] += square / below[i + 1] * belowSlope[i + 1];
      }
    }
    double trace = 0;
    double squares = 0;
    double above = 0;
    double aboveSlope = 0;
    for (int i = 0; i < n; i++) {
      double own = diagonal[i] + shift;
      double square = i == 0 ? 0 : neighbours[i - 1] * neighbours[i - 1] / above;
      aboveSlope = i == 0 ? 1 : 1 + square / above * aboveSlope;
      above = own - square;
      double pivot = above + below[i] - own;
      trace += 1 / pivot;
      squares += (aboveSlope + belowSlope[i] - 1) / (pivot * pivot);
    }
    return new Sums(trace, squares);
  }

  /** Returns the sums of v' R v and v' R^2 v over the vectors. */
  Sums forms(double shift) {
    int n = diagonal.length;
    double[] pivots = new double[n];
    for (int i = 0; i < n; i++) {
      pivots[i] = diagonal[i] + shift;
      if (i > 0) {
        pivots[i] -= neighbours[i - 1] * neighbours[i - 1] / pivots[i - 1];
      }
    }
    double first = 0;
    double second = 0;
    double[] x = new double[n];
    for (double[] vector : vectors) {
      for (int i = 0; i < n; i++) {
        x[i] = vector[i] - (i == 0 ? 0 : neighbours[i - 1] * x[i - 1] / pivots[i - 1]);
      }
      for (int i = n - 1; i >= 0; i--) {
        x[i] = (x[i] - (i == n - 1 ? 0 : neighbours[i] * x[i + 1])) / pivots[i];
        first += vector[i] * x[i];
        second += x[i] * x[i];
      }
    }
    return new Sums(first, second);
  }
}
