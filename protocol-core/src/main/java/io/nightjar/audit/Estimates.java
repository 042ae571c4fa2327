package io.nightjar.audit;

/** Measures an attacker's estimates of the mean weights of some rows. */
final class Estimates {

  private Estimates() {}

  /** Returns the root mean square error of estimates, over the root mean square of the weights. */
  static double error(RoundWeights weights, double[][] estimates) {
    double squares = 0;
    for (int row = 0; row < weights.rows(); row++) {
      for (int k = 0; k < weights.terms(); k++) {
        double wrong = estimates[row][k] - weights.mean(row, k);
        squares += wrong * wrong;
      }
    }
    return Math.sqrt(squares / weights.rows() / weights.terms()) / weights.weightSize();
  }
}
