package io.nightjar.audit;

/** A symmetric matrix of doubles, which can be summed up and then solved with. */
final class SymmetricMatrix {

  private final double[][] rows;

  /** Creates a matrix of zeros. */
  SymmetricMatrix(int size) {
    this.rows = new double[size][size];
  }

  int size() {
    return rows.length;
  }

  double get(int i, int j) {
    return i >= j ? rows[i][j] : rows[j][i];
  }

  /** Adds to an element of the lower triangle. */
  void add(int i, int j, double value) {
    rows[i][j] += value;
  }

  double[] column(int j) {
    double[] column = new double[rows.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = get(i, j);
    }
    return column;
  }

  void addToDiagonal(double value) {
    for (int i = 0; i < rows.length; i++) {
      rows[i][i] += value;
    }
  }

  /** Adds {@code weight} x x'. Only the lower triangle is kept. */
  void addSquare(double[] x, double weight) {
    for (int i = 0; i < rows.length; i++) {
      double factor = weight * x[i];
      if (factor != 0) {
        double[] row = rows[i];
        for (int j = 0; j <= i; j++) {
          row[j] += factor * x[j];
        }
      }
    }
  }

  /** Returns a copy times a factor. */
  SymmetricMatrix times(double factor) {
    SymmetricMatrix copy = new SymmetricMatrix(rows.length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j <= i; j++) {
        copy.rows[i][j] = factor * rows[i][j];
      }
    }
    return copy;
  }

  /** The factor L of L L' = this. */
  static final class Cholesky {
    private final double[][] lower;

    private Cholesky(double[][] lower) {
      this.lower = lower;
    }

    /** Returns the x of L L' x = right. */
    double[] solve(double[] right) {
      int n = lower.length;
      double[] x = right.clone();
      for (int i = 0; i < n; i++) {
        x[i] = (x[i] - dot(lower[i], x, i)) / lower[i][i];
      }
      for (int i = n - 1; i >= 0; i--) {
        x[i] /= lower[i][i];
        for (int j = 0; j < i; j++) {
          x[j] -= lower[i][j] * x[i];
        }
      }
      return x;
    }
  }

  /**
   * Factors the matrix.
   *
   * @throws ArithmeticException if it is not positive definite
   */
  Cholesky factor() {
    int n = rows.length;
    double[][] lower = new double[n][];
    for (int i = 0; i < n; i++) {
      lower[i] = new double[i + 1];
      for (int j = 0; j < i; j++) {
        lower[i][j] = (rows[i][j] - dot(lower[i], lower[j], j)) / lower[j][j];
      }
      double pivot = rows[i][i] - dot(lower[i], lower[i], i);
      if (!(pivot > 0)) {
        throw new ArithmeticException("Pivot %d of %d is %s".formatted(i, n, pivot));
      }
      lower[i][i] = Math.sqrt(pivot);
    }
    return new Cholesky(lower);
  }

  /**
   * Returns the dot product of the first elements; four sums are added up side by side, so that no
   * addition waits for the one before it.
   */
  private static double dot(double[] a, double[] b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
