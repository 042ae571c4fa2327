package io.nightjar.audit;

/**
 * Predicts the error of an attack with probes on each row by itself: every weight is read off the
 * answers and averaged.
 *
 * <pre>
 *   error^2 = mean over weights of v / (v + tau^2),   v = (batch + record / n + bias (1 / r + 1 / z)) / T
 * </pre>
 *
 * where T draws of batches show the weight, n times each in r records, beside z records of zeros;
 * tau is the root mean square of the weights.
 */
final class AloneLaw implements ErrorLaw {

  private final RoundWeights weights;
  private final AnswerNoise noise;
  private final Probes probes;

  AloneLaw(RoundWeights weights, AnswerNoise noise, Probes probes) {
    this.weights = weights;
    this.noise = noise;
    this.probes = probes;
  }

  @Override
  public double error(double records) {
    Probes.Coverage coverage = probes.coverage(records, noise.batchSize());
    return Math.sqrt(coverage.mean(visits -> squared(coverage, visits)));
  }

  /** Returns the squared error if so many batches show every source. */
  private double squared(Probes.Coverage coverage, double visits) {
    if (visits == 0) {
      return 1;
    }
    double prior = weights.weightSize() * weights.weightSize();
    double sum = 0;
    for (Probes.Source source : probes.sources()) {
      double shown = coverage.inBatch() * source.sites().size();
      for (int term : source.terms()) {
        for (int row = 0; row < weights.rows(); row++) {
          double once = variance(row, term, shown, coverage.inBatch(), coverage.zeros());
          double variance = once / (noise.draws() * visits);
          sum += variance / (variance + prior);
        }
      }
    }
    return (sum / weights.rows() + probes.uncovered()) / weights.terms();
  }

  /** Returns the variance of a weight as one draw of one batch shows it. */
  double variance(int row, int term, double shown, double records, double zeros) {
    return noise.perBatch(weights.deviation(row, term), weights.weightStep(row))
        + noise.perRecord(weights.deviation(row, term)) / shown
        + biasVariance(row) * (1 / records + 1 / zeros);
  }

  private double biasVariance(int row) {
    double height = probes.height();
    return noise.perRecord(weights.deviation(row, weights.terms())) / (height * height);
  }
}
