package io.nightjar.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Predicts the error of an attack with probes on all rows together, which takes out what the
 * deviations of one record have in common.
 *
 * <p>All rows share the deviation of an input in a record, so what differs between two records that
 * show the same weights lies along one direction u in the space of rows (and weights shown), known
 * from one difference; the bias gives another, known from the records of zeros. Across these
 * directions nothing is left but the dither, of variance d. One draw of one batch thus knows a
 * vector of D means with the precision
 *
 * <pre>
 *   (I - V diag(c) V') / d,   c = k / (k + d)
 * </pre>
 *
 * where V diag(k) V' is the covariance along the directions. Their signs are drawn afresh for every
 * draw of every batch, so the precisions of T of them add up to one that has no weak direction left
 * once T is at least 2; the mean trace of its inverse is taken over simulated signs.
 */
final class TogetherLaw implements ErrorLaw {

  /**
   * The number of sources that are looked at, evenly spread; more of them if these show fewer than
   * {@link #WEIGHTS} weights.
   */
  private static final int SOURCES = 8;

  private static final int WEIGHTS = 1024;

  /**
   * The rough number of signs that are simulated for each source: sources with few weights are
   * simulated more often, because chance counts for more in them.
   */
  private static final int SIMULATED = 256;

  /**
   * The largest number of draws of batches that are looked at; further ones are taken to be like
   * these.
   */
  private static final int TIMES = 16;

  /** The fresh variance that is assumed where there is none, in units of the prior's. */
  private static final double LEAST_VARIANCE = 1e-10;

  private final RoundWeights weights;
  private final AnswerNoise noise;
  private final Probes probes;
  private final AloneLaw alone;
  private final List<Shown> sources;

  /**
   * A source that is looked at, and the directions along which the weights that it shows deviate.
   */
  private record Shown(Probes.Source source, Directions directions) {}

  TogetherLaw(RoundWeights weights, AnswerNoise noise, Probes probes) {
    this.weights = weights;
    this.noise = noise;
    this.probes = probes;
    this.alone = new AloneLaw(weights, noise, probes);
    this.sources = sources(weights, noise, probes);
  }

  private static List<Shown> sources(RoundWeights weights, AnswerNoise noise, Probes probes) {
    int all = probes.sources().size();
    int count = Math.min(Math.max(SOURCES, WEIGHTS / weights.rows()), all);
    List<Shown> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Probes.Source source = probes.sources().get((int) ((long) i * all / count));
      int group = weights.group((int) ((long) i * weights.rows() / count));
      Directions directions = new Directions(weights, noise, probes.height(), source, group);
      sources.add(new Shown(source, directions));
    }
    return sources;
  }

  @Override
  public double error(double records) {
    return Math.min(alone.error(records), together(records));
  }

  private double together(double records) {
    Probes.Coverage coverage = probes.coverage(records, noise.batchSize());
    return Math.sqrt(coverage.mean(visits -> squared(coverage, visits)));
  }

  /** Returns the squared error if so many batches show every source. */
  private double squared(Probes.Coverage coverage, double visits) {
    if (visits == 0) {
      return 1;
    }
    double unknown = 0;
    double weight = 0;
    for (int i = 0; i < sources.size(); i++) {
      Probes.Source source = sources.get(i).source();
      Directions directions = sources.get(i).directions();
      double own = 1 / (coverage.inBatch() * source.sites().size());
      double bias = 1 / coverage.inBatch() + 1 / coverage.zeros();
      double times = noise.draws() * visits;
      double mean =
          directions.isNone()
              ? directions.prior() / (directions.prior() + times)
              : meanUnknown(directions, own, bias, times, i);
      unknown += source.terms().length * mean;
      weight += source.terms().length;
    }
    int terms = weights.terms();
    return (unknown / weight * (terms - probes.uncovered()) + probes.uncovered()) / terms;
  }

  private static double meanUnknown(
      Directions directions, double own, double bias, double times, int seed) {
    int simulations = 1 + SIMULATED / directions.size();
    double mean = 0;
    for (int j = 0; j < simulations; j++) {
      SplittableRandom signs = new SplittableRandom((long) seed * simulations + j);
      mean += unknown(directions, own, bias, times, signs) / simulations;
    }
    return mean;
  }

  /** Returns the mean unknown variance of the weights that a source shows, over the prior's. */
  private static double unknown(
      Directions directions, double own, double bias, double times, SplittableRandom signs) {
    int simulated = (int) Math.min(TIMES, times);
    double scale = Math.max(1, times / TIMES);
    int size = directions.size();
    double[][] columns = new double[2 * simulated][];
    for (int t = 0; t < simulated; t++) {
      double[][] pair = directions.weakened(signs, own, bias);
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < size; j++) {
          pair[i][j] *= Math.sqrt(scale);
        }
        columns[2 * t + i] = pair[i];
      }
    }
    double base = directions.prior() + times;
    double trace;
    if (columns.length < size) {
      trace = inverseTrace(columns, base) + (size - columns.length) / base;
    } else {
      trace = inverseTrace(transposed(columns, size), base);
    }
    return directions.prior() * trace / size;
  }

  /** Returns the trace of (base I - W' W)^-1 for the columns of W. */
  private static double inverseTrace(double[][] columns, double base) {
    int n = columns.length;
    double[] unit = new double[n];
    SymmetricMatrix matrix = new SymmetricMatrix(n);
    for (int j = 0; j < columns[0].length; j++) {
      for (int i = 0; i < n; i++) {
        unit[i] = columns[i][j];
      }
      matrix.addSquare(unit, -1);
    }
    return Resolvent.of(matrix).trace(base).first();
  }

  private static double[][] transposed(double[][] columns, int size) {
    double[][] rows = new double[size][columns.length];
    for (int i = 0; i < columns.length; i++) {
      for (int j = 0; j < size; j++) {
        rows[j][i] = columns[i][j];
      }
    }
    return rows;
  }

  /** The directions along which the weights that one source shows deviate with the records. */
  static final class Directions {
    private final double[] own;
    private final double[] bias;
    private final double dither;
    private final double prior;
    private final int termsShown;

    Directions(
        RoundWeights weights, AnswerNoise noise, double height, Probes.Source source, int group) {
      int[] terms = source.terms();
      int[] rows = weights.rowsOf(group);
      this.termsShown = terms.length;
      this.own = new double[rows.length * terms.length];
      this.bias = new double[own.length];
      double floor = LEAST_VARIANCE * weights.weightSize() * weights.weightSize();
      double batch = 0;
      for (int i = 0; i < rows.length; i++) {
        double biasVariance = noise.perRecord(weights.deviation(rows[i], weights.terms()));
        for (int t = 0; t < terms.length; t++) {
          double deviation = weights.deviation(rows[i], terms[t]);
          own[i * terms.length + t] = Math.sqrt(noise.perRecord(deviation));
          bias[i * terms.length + t] = Math.sqrt(biasVariance) / Math.abs(height);
          batch += noise.perBatch(deviation, weights.weightStep(rows[i])) + floor;
        }
      }
      this.dither = batch / own.length;
      this.prior = dither / (weights.weightSize() * weights.weightSize());
    }

    int size() {
      return own.length;
    }

    /** Returns whether nothing deviates with the records. */
    boolean isNone() {
      return ownVariance() == 0 && biasVariance() == 0;
    }

    /** Returns the variance that is the same across all directions. */
    double dither() {
      return dither;
    }

    /** Returns the prior's precision, in units of that of the dither. */
    double prior() {
      return prior;
    }

    /** Returns the squared length of the input's direction. */
    double ownVariance() {
      return squared(own);
    }

    /** Returns the squared length of the bias's direction. */
    double biasVariance() {
      return squared(bias);
    }

    private static double squared(double[] x) {
      return dot(x, x);
    }

    private static double dot(double[] x, double[] y) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += x[i] * y[i];
      }
      return sum;
    }

    /**
     * Draws signs and returns the two columns of V diag(c)^(1/2), for directions whose squared
     * lengths are multiplied by these factors.
     */
    double[][] weakened(SplittableRandom signs, double ownFactor, double biasFactor) {
      double[] a = new double[own.length];
      double[] b = new double[own.length];
      for (int i = 0; i < own.length; i++) {
        a[i] = own[i] * Math.sqrt(ownFactor) * sign(signs);
      }
      for (int i = 0; i < own.length; i += termsShown) {
        double sign = sign(signs);
        for (int t = i; t < i + termsShown; t++) {
          b[t] = bias[t] * Math.sqrt(biasFactor) * sign;
        }
      }
      return weakened(a, b);
    }

    private static double sign(SplittableRandom signs) {
      return signs.nextBoolean() ? 1 : -1;
    }

    /**
     * Returns the eigenvectors of a a' + b b' with eigenvalues k, times the roots of k / (k + d).
     */
    private double[][] weakened(double[] a, double[] b) {
      double aa = squared(a);
      double bb = squared(b);
      double angle = Math.atan2(2 * dot(a, b), aa - bb) / 2;
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      double[] first = new double[a.length];
      double[] second = new double[a.length];
      for (int i = 0; i < a.length; i++) {
        first[i] = cos * a[i] + sin * b[i];
        second[i] = cos * b[i] - sin * a[i];
      }
      scale(first);
      scale(second);
      return new double[][] {first, second};
    }

    /** Scales an eigenvector of length k^(1/2) to the length (k / (k + d))^(1/2). */
    private void scale(double[] x) {
      double factor = 1 / Math.sqrt(squared(x) + dither);
      for (int i = 0; i < x.length; i++) {
        x[i] *= factor;
      }
    }
  }
}
