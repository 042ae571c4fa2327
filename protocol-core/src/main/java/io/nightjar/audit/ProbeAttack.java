package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Estimates the weights from answers to probes twice: each row by itself, whose error {@link
 * AloneLaw} predicts, and all rows together, whose error {@link TogetherLaw} predicts.
 *
 * <p>The second estimate finds the directions of the deviations in the answers; of the layer it
 * knows only how large weights and deviations are.
 */
public final class ProbeAttack {

  private final RoundWeights weights;
  private final AnswerNoise noise;
  private final Probes probes;
  private final double[][] sums;
  private final double[][] precisions;
  private final int[] groups;
  private final List<List<Together>> together = new ArrayList<>();

  /**
   * The measured errors.
   *
   * @param alone the error of estimating each row by itself
   * @param together the error of estimating all rows together
   */
  public record Errors(double alone, double together) {}

  /** The equations known so far for the weights that one source shows in one group. */
  private static final class Together {
    private final TogetherLaw.Directions directions;
    private final SymmetricMatrix precision;
    private final double[] right;

    Together(TogetherLaw.Directions directions) {
      this.directions = directions;
      this.precision = new SymmetricMatrix(directions.size());
      precision.addToDiagonal(directions.prior());
      this.right = new double[directions.size()];
    }
  }

  /** Prepares an attack on some rows. */
  public ProbeAttack(RoundWeights weights, AnswerNoise noise) {
    this.weights = weights;
    this.noise = noise;
    this.probes = new Probes(weights.step(), weights.largestInput());
    this.groups = weights.groups();
    this.sums = new double[weights.rows()][weights.terms()];
    this.precisions = new double[weights.rows()][weights.terms()];
    for (Probes.Source source : probes.sources()) {
      List<Together> known = new ArrayList<>();
      for (int group : groups) {
        known.add(
            new Together(
                new TogetherLaw.Directions(weights, noise, probes.height(), source, group)));
      }
      together.add(known);
    }
  }

  /** Returns the fewest records that show every weight. */
  public int leastRecords() {
    return probes.leastRecords(noise.batchSize());
  }

  /** Asks about so many records in batches, and estimates the weights. */
  public Errors run(RoundOracle oracle, int records) {
    int asked = 0;
    for (long batch = 0; asked < records; batch++) {
      int count = Math.min(records - asked, noise.batchSize());
      int[] queries = probes.queries(batch, noise.batchSize(), count);
      RealColumns inputs = probes.inputs(queries);
      for (int draw = 0; draw < noise.draws(); draw++) {
        learn(queries, oracle.answer(batch, draw, inputs));
      }
      asked += count;
    }
    return new Errors(
        Estimates.error(weights, estimatesAlone()), Estimates.error(weights, estimatesTogether()));
  }

  private void learn(int[] queries, RealColumns outputs) {
    List<List<Integer>> records = new ArrayList<>();
    for (int i = 0; i <= probes.sources().size(); i++) {
      records.add(new ArrayList<>());
    }
    for (int j = 0; j < queries.length; j++) {
      records.get(queries[j]).add(j);
    }
    Biases biases = biases(records.get(0), outputs);
    for (int s = 0; s < probes.sources().size(); s++) {
      List<Integer> showing = records.get(s + 1);
      for (int g = 0; g < groups.length && !showing.isEmpty(); g++) {
        Probes.Source source = probes.sources().get(s);
        int[] rows = weights.rowsOf(groups[g]);
        List<double[]> exposures = exposures(source, rows, showing, biases, outputs);
        learn(source, together.get(s).get(g), rows, exposures, biases, showing.size());
      }
    }
  }

  /**
   * The biases that records of zeros show: their means, and the largest difference between two of
   * these records.
   */
  private static final class Biases {
    private final double[] means;
    private final double[] difference;
    private final int records;

    Biases(double[] means, double[] difference, int records) {
      this.means = means;
      this.difference = difference;
      this.records = records;
    }
  }

  private Biases biases(List<Integer> records, RealColumns outputs) {
    int positions = weights.step().positions();
    double[] means = new double[weights.rows()];
    double[] largest = new double[means.length];
    for (int record : records) {
      double[] difference = new double[means.length];
      for (int row = 0; row < means.length; row++) {
        double value = outputs.get(row * positions, record);
        means[row] += value / records.size();
        difference[row] = value - outputs.get(row * positions, records.get(0));
      }
      if (dot(difference, difference) > dot(largest, largest)) {
        largest = difference;
      }
    }
    return new Biases(means, largest, records.size());
  }

  /** Returns the weights that a source shows, once for each record and site. */
  private List<double[]> exposures(
      Probes.Source source, int[] rows, List<Integer> records, Biases biases, RealColumns outputs) {
    int positions = weights.step().positions();
    int terms = source.terms().length;
    List<double[]> exposures = new ArrayList<>();
    for (int record : records) {
      for (Probes.Site site : source.sites()) {
        double[] shown = new double[rows.length * terms];
        for (int i = 0; i < rows.length; i++) {
          for (int t = 0; t < terms; t++) {
            double value = outputs.get(rows[i] * positions + site.positions()[t], record);
            shown[i * terms + t] = (value - biases.means[rows[i]]) / probes.height();
          }
        }
        exposures.add(shown);
      }
    }
    return exposures;
  }

  private void learn(
      Probes.Source source,
      Together known,
      int[] rows,
      List<double[]> exposures,
      Biases biases,
      int records) {
    int[] terms = source.terms();
    double[] mean = new double[rows.length * terms.length];
    for (double[] exposure : exposures) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += exposure[i] / exposures.size();
      }
    }
    AloneLaw law = new AloneLaw(weights, noise, probes);
    for (int i = 0; i < mean.length; i++) {
      int row = rows[i / terms.length];
      int term = terms[i % terms.length];
      double variance = law.variance(row, term, exposures.size(), records, biases.records);
      double floor = 1e-10 * weights.weightSize() * weights.weightSize();
      precisions[row][term] += 1 / (variance + floor);
      sums[row][term] += mean[i] / (variance + floor);
    }
    double[] bias = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      bias[i] = biases.difference[rows[i / terms.length]];
    }
    double scale = weights.weightSize() * Math.sqrt(mean.length);
    Optional<double[]> first = unit(bias, scale * Math.abs(probes.height()));
    List<double[]> candidates = new ArrayList<>();
    for (double[] exposure : exposures) {
      double[] difference = difference(exposure, exposures.get(0));
      first.ifPresent(direction -> remove(difference, direction));
      candidates.add(difference);
    }
    Optional<double[]> second =
        candidates.stream()
            .max((a, b) -> Double.compare(dot(a, a), dot(b, b)))
            .flatMap(d -> unit(d, scale));
    double dither = known.directions.dither();
    double own = known.directions.ownVariance() / exposures.size();
    double both = own + known.directions.biasVariance() * (1.0 / records + 1.0 / biases.records);
    double[] weighted = mean.clone();
    known.precision.addToDiagonal(1);
    first.ifPresent(v -> weaken(known, mean, weighted, v, both / (both + dither)));
    second.ifPresent(v -> weaken(known, mean, weighted, v, own / (own + dither)));
    for (int i = 0; i < mean.length; i++) {
      known.right[i] += weighted[i];
    }
  }

  /** Takes most of one direction out of the equations that are learnt. */
  private static void weaken(
      Together known, double[] mean, double[] weighted, double[] direction, double factor) {
    known.precision.addSquare(direction, -factor);
    double along = factor * dot(direction, mean);
    for (int i = 0; i < mean.length; i++) {
      weighted[i] -= along * direction[i];
    }
  }

  /** Returns the direction of a vector that is not just rounding. */
  private static Optional<double[]> unit(double[] x, double scale) {
    double length = Math.sqrt(dot(x, x));
    if (!(length > 1e-7 * scale)) {
      return Optional.empty();
    }
    double[] unit = x.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] /= length;
    }
    return Optional.of(unit);
  }

  private static double[] difference(double[] x, double[] y) {
    double[] difference = x.clone();
    for (int i = 0; i < x.length; i++) {
      difference[i] -= y[i];
    }
    return difference;
  }

  private static void remove(double[] x, double[] direction) {
    double along = dot(x, direction);
    for (int i = 0; i < x.length; i++) {
      x[i] -= along * direction[i];
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private double[][] estimatesAlone() {
    double prior = 1 / (weights.weightSize() * weights.weightSize());
    double[][] estimates = new double[weights.rows()][weights.terms()];
    for (int row = 0; row < weights.rows(); row++) {
      for (int k = 0; k < weights.terms(); k++) {
        estimates[row][k] = sums[row][k] / (precisions[row][k] + prior);
      }
    }
    return estimates;
  }

  private double[][] estimatesTogether() {
    double[][] estimates = new double[weights.rows()][weights.terms()];
    for (int s = 0; s < together.size(); s++) {
      int[] terms = probes.sources().get(s).terms();
      for (int g = 0; g < groups.length; g++) {
        Together known = together.get(s).get(g);
        int[] rows = weights.rowsOf(groups[g]);
        double[] solution = known.precision.factor().solve(known.right);
        for (int i = 0; i < solution.length; i++) {
          estimates[rows[i / terms.length]][terms[i % terms.length]] = solution[i];
        }
      }
    }
    return estimates;
  }
}
