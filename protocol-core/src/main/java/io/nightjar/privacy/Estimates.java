package io.nightjar.privacy;

/** What an attacker believes the mean weights of some rows to be. */
final class Estimates {

  private Estimates() {}

  /** Returns the root mean square error of the weights over their root mean square. */
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
