package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import java.util.Arrays;

/**
 * Predicts the error of an attack on each row by itself, with answers to records such as the data
 * owner has.
 *
 * <p>In units of the prior deviation of each weight, let x be what one position of one record
 * multiplies a row's weights w by (the bias by 1), v(x) the variance that is fresh for the record,
 * and M the sum of x x' / v(x) over the equations of a batch. There are S draws of B batches; let a
 * be the variance that is fresh for every draw and batch, over B, and p = 1 / (a + S). The best
 * linear estimate under a prior of variance 1 is S p R times the mean right side, where R = (M +
 * p)^-1. Its error is
 *
 * <pre>
 *   | a p w + S p^2 R w |^2  +  S p^2 (tr R - p tr R^2)  +  a S p^2 tr (I - p R)^2
 * </pre>
 *
 * where the three terms are what the prior gets wrong, the fresh deviations, and the deviations of
 * whole batches. The expectation of R over records is (m' G + p)^-1, where G is the mean of x x' /
 * v(x) and m' follows from the number m of equations: m = m' + tr m' G (m' G + p)^-1. This is the
 * deterministic equivalent of a sample covariance: for many equations m' is m, and where there are
 * fewer equations than weights the rest stays unknown. The expectation of R^2 is minus the
 * derivative of that of R by p.
 *
 * <p>Positions of a convolution count as further equations, though they share deviations where they
 * read the same columns. The prior takes the means to be independent; under this prior the error is
 * exact for the means that the model has.
 */
final class NaturalLaw implements ErrorLaw {

  /** The number of multiplications that the moments of the calibration records may take. */
  private static final double MOST_WORK = 2e9;

  /**
   * The fresh variance that is assumed where there is none, in units of the variance of an unknown
   * row's output.
   */
  private static final double LEAST_VARIANCE = 1e-10;

  /** The share of the sum of all eigenvalues below which an eigenvalue counts as zero. */
  private static final double PRECISION = 1e-12;

  private final AnswerNoise noise;
  private final Resolvent resolvent;
  private final double batchVariance;
  private final int equationsPerRecord;
  private final int rows;
  private final double meanSquares;

  NaturalLaw(RoundWeights weights, AnswerNoise noise, RealColumns inputs) {
    this.noise = noise;
    Equations equations = new Equations(weights, noise);
    int[] groups = weights.groups();
    this.equationsPerRecord = weights.step().positions();
    double work =
        (double) groups.length * equationsPerRecord * equations.size() * equations.size() / 2;
    int records = (int) Math.max(1, Math.min(inputs.records(), MOST_WORK / work));
    SymmetricMatrix moments = new SymmetricMatrix(equations.size());
    for (int i = 0; i < records; i++) {
      int record = (int) ((long) i * inputs.records() / records);
      for (int group : groups) {
        equations.add(moments, inputs, record, group);
      }
    }
    double count = (double) records * groups.length * equationsPerRecord;
    double[][] means = new double[weights.rows()][equations.size()];
    double squares = 0;
    for (int row = 0; row < means.length; row++) {
      for (int k = 0; k < equations.size(); k++) {
        means[row][k] = weights.mean(row, k) / equations.prior(k);
        squares += means[row][k] * means[row][k];
      }
    }
    this.rows = means.length;
    this.meanSquares = squares / rows;
    this.resolvent = Resolvent.of(moments.times(1 / count), means);
    this.batchVariance = equations.batchVariance();
  }

  @Override
  public double error(double records) {
    double a = batchVariance / Math.max(1, records / noise.batchSize());
    double draws = noise.draws();
    double p = 1 / (a + draws);
    double most = p / (PRECISION * resolvent.ownTrace());
    double effective = Math.min(effective(records * equationsPerRecord, p), most);
    double shift = p / effective;
    Resolvent.Sums sums = resolvent.trace(shift);
    double slope = (sums.first() - shift * sums.second()) / effective;
    slope /= 1 + slope * shift;
    Resolvent.Sums trace = inExpectation(sums, effective, p, slope);
    Resolvent.Sums forms = inExpectation(resolvent.forms(shift), effective, p, slope);
    double prior =
        a * a * p * p * meanSquares
            + 2 * a * draws * p * p * p * forms.first() / rows
            + draws * draws * p * p * p * p * forms.second() / rows;
    double fresh = draws * p * p * (trace.first() - p * trace.second());
    double batch =
        a * draws * p * p * (resolvent.size() - 2 * p * trace.first() + p * p * trace.second());
    return Math.sqrt((prior + fresh + batch) / resolvent.size());
  }

  /** Turns sums of (G + shift)^-1 into the expectations of those of R and R^2. */
  private static Resolvent.Sums inExpectation(
      Resolvent.Sums sums, double effective, double p, double slope) {
    double first = sums.first() / effective;
    double second = sums.second() / (effective * effective);
    return new Resolvent.Sums(first, second + slope * (first - p * second) / effective);
  }

  /** Solves m = m' + tr m' G (m' G + p)^-1 for m' by bisection; the right side grows. */
  private double effective(double equations, double p) {
    double low = 0;
    double high = equations;
    for (int i = 0; i < 200 && high - low > 1e-9 * high; i++) {
      double middle = (low + high) / 2;
      double shift = p / middle;
      double known = resolvent.size() - shift * resolvent.trace(shift).first();
      if (middle + known < equations) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** The equations that records give, in units of the prior deviations and of the fresh noise. */
  static final class Equations {
    private final RoundWeights weights;
    private final int[][] gathered;
    private final double[] prior;
    private final double[] variances;
    private final double floor;
    private final double batchVariance;

    Equations(RoundWeights weights, AnswerNoise noise) {
      this.weights = weights;
      this.gathered = new int[weights.step().groups()][];
      Arrays.setAll(gathered, weights.step()::gathered);
      int terms = weights.terms();
      boolean biased = weights.biasSize() > 0;
      this.prior = new double[terms + (biased ? 1 : 0)];
      Arrays.fill(prior, 0, terms, weights.weightSize());
      if (biased) {
        prior[terms] = weights.biasSize();
      }
      this.variances = new double[prior.length];
      double batch = 0;
      for (int row = 0; row < weights.rows(); row++) {
        for (int k = 0; k < prior.length; k++) {
          double deviation = weights.deviation(row, k);
          variances[k] += noise.perRecord(deviation) / weights.rows();
          batch +=
              noise.perBatch(deviation, k < terms ? weights.weightStep(row) : 0)
                  / (prior[k] * prior[k]);
        }
      }
      this.batchVariance = batch / weights.rows() / prior.length;
      double largest = weights.largestInput() * weights.weightSize();
      this.floor = LEAST_VARIANCE * largest * largest * terms;
    }

    int size() {
      return prior.length;
    }

    /** Returns the prior deviation of a weight. */
    double prior(int term) {
      return prior[term];
    }

    /** Returns the mean variance that is fresh for every draw of a batch. */
    double batchVariance() {
      return batchVariance;
    }

    /**
     * Fills in what one position multiplies the weights of a row by, and returns the deviation that
     * the equation is to be divided by.
     */
    double fill(double[] x, RealColumns inputs, int record, int group, int position) {
      int terms = weights.terms();
      double variance = floor;
      for (int k = 0; k < prior.length; k++) {
        double input = 1;
        if (k < terms) {
          int column = gathered[group][position * terms + k];
          boolean padding = column == IntegerLayer.NO_COLUMN;
          input = padding ? 0 : inputs.values()[column * inputs.records() + record];
        }
        x[k] = prior[k] * input;
        variance += variances[k] * input * input;
      }
      return Math.sqrt(variance);
    }

    /** Adds x x' / v of every position to the moments. */
    void add(SymmetricMatrix moments, RealColumns inputs, int record, int group) {
      double[] x = new double[prior.length];
      for (int position = 0; position < weights.step().positions(); position++) {
        double deviation = fill(x, inputs, record, group, position);
        moments.addSquare(x, 1 / (deviation * deviation));
      }
    }
  }
}
