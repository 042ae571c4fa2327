package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.draw.TruncatedNormal;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * An oracle that answers as bayesian model privacy does, but in real numbers: it follows the
 * formula without rounding to integers.
 *
 * <pre>
 *   y_m(n) = sum_k (mean_mk + drawn_mk + dither_mk + deviation_mk a_mk E_k(n)) x_k(n)
 * </pre>
 *
 * where the bias is one more input that is always 1. E is fresh for every record, input and draw
 * and shared by all rows (and by all positions that read the input); the signs a, what is drawn for
 * a batch and the dither are fresh for every draw of every batch.
 */
final class SimulatedOracle implements RoundOracle {

  private final RoundWeights weights;
  private final double batchShare;
  private final TruncatedNormal normal;
  private final long seed;

  /** Creates an oracle whose answers follow from a seed. */
  SimulatedOracle(Attacked attacked, RoundWeights weights, long seed) {
    this.weights = weights;
    this.batchShare = attacked.batchShare();
    this.normal = TruncatedNormal.clippedAt(attacked.plan().clipSigmas());
    this.seed = seed;
  }

  @Override
  public RealColumns answer(long batch, int draw, RealColumns inputs) {
    SplittableRandom random =
        new SplittableRandom(
            new SplittableRandom(seed + 0x9E3779B97F4A7C15L * batch).nextLong() + draw);
    int terms = weights.terms();
    double[][] means = new double[weights.rows()][terms + 1];
    double[][] deviations = new double[weights.rows()][terms + 1];
    for (int row = 0; row < means.length; row++) {
      for (int k = 0; k <= terms; k++) {
        double ofBatch = Math.sqrt(batchShare) * weights.deviation(row, k);
        double deviation = Math.sqrt(1 - batchShare) * weights.deviation(row, k);
        double dither = AnswerNoise.DITHER_WIDTH * deviation * (random.nextDouble() - 0.5);
        means[row][k] =
            weights.mean(row, k) + ofBatch * normal.quantile(random.nextDouble()) + dither;
        deviations[row][k] = random.nextBoolean() ? deviation : -deviation;
      }
    }
    int records = inputs.records();
    int positions = weights.step().positions();
    double[] outputs = new double[means.length * positions * records];
    addProducts(means, inputs, outputs);
    double[] deviating = inputs.values().clone();
    for (int i = 0; i < deviating.length; i++) {
      deviating[i] = deviating[i] == 0 ? 0 : deviating[i] * normal.quantile(random.nextDouble());
    }
    addProducts(deviations, new RealColumns(inputs.columns(), records, deviating), outputs);
    for (int j = 0; j < records; j++) {
      double deviation = normal.quantile(random.nextDouble());
      for (int i = 0; i < means.length * positions; i++) {
        int row = i / positions;
        outputs[i * records + j] += means[row][terms] + deviations[row][terms] * deviation;
      }
    }
    return new RealColumns(means.length * positions, records, outputs);
  }

  /** Adds sum_k factors[row][k] x_k(n) to the outputs of every row, without the bias. */
  private void addProducts(double[][] factors, RealColumns inputs, double[] outputs) {
    int records = inputs.records();
    int positions = weights.step().positions();
    int terms = weights.terms();
    double[] from = inputs.values();
    int[][] gathered = new int[weights.step().groups()][];
    Arrays.setAll(gathered, weights.step()::gathered);
    for (int row = 0; row < weights.rows(); row++) {
      int[] columns = gathered[weights.group(row)];
      for (int position = 0; position < positions; position++) {
        int target = (row * positions + position) * records;
        for (int k = 0; k < terms; k++) {
          int column = columns[position * terms + k];
          if (column != IntegerLayer.NO_COLUMN) {
            double factor = factors[row][k];
            for (int j = 0; j < records; j++) {
              outputs[target + j] += factor * from[column * records + j];
            }
          }
        }
      }
    }
  }
}
