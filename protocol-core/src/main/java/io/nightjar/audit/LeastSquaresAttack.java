package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import java.util.Arrays;
import java.util.List;

/**
 * Estimates the weights of each row from answers to natural inputs. The estimate is the best linear
 * one, whose error {@link NaturalLaw} predicts.
 *
 * <p>Let M be X'V^-1X of one batch, r be X'V^-1y of the mean of its draws, and a the variance that
 * is fresh for every draw, over S. The estimate solves
 *
 * <pre>
 *   (I + sum M (1/S + a M)^-1) z = sum (1/S + a M)^-1 r
 * </pre>
 *
 * where the sums are over the batches and z is in units of the prior deviation. The attack knows
 * how large weights and deviations of the layer are, as means over the rows.
 */
public final class LeastSquaresAttack {

  private final RoundWeights weights;
  private final AnswerNoise noise;
  private final NaturalLaw.Equations equations;

  /** Prepares an attack on some rows. */
  public LeastSquaresAttack(RoundWeights weights, AnswerNoise noise) {
    this.weights = weights;
    this.noise = noise;
    this.equations = new NaturalLaw.Equations(weights, noise);
  }

  /** The equations that the batches have shown so far for one group of rows. */
  private final class Known {
    private final int group;
    private final int[] rows;
    private final SymmetricMatrix precision = new SymmetricMatrix(equations.size());
    private final double[][] right;

    Known(int group) {
      this.group = group;
      this.rows = weights.rowsOf(group);
      this.right = new double[rows.length][equations.size()];
      precision.addToDiagonal(1);
    }

    /** Adds the equations of a batch, made from the mean of its draws. */
    void add(RealColumns inputs, double[] means) {
      int positions = weights.step().positions();
      SymmetricMatrix moments = new SymmetricMatrix(equations.size());
      double[][] batchRight = new double[rows.length][equations.size()];
      double[] x = new double[equations.size()];
      for (int record = 0; record < inputs.records(); record++) {
        for (int position = 0; position < positions; position++) {
          double deviation = equations.fill(x, inputs, record, group, position);
          double weight = 1 / (deviation * deviation);
          moments.addSquare(x, weight);
          for (int i = 0; i < rows.length; i++) {
            double y = means[(rows[i] * positions + position) * inputs.records() + record];
            for (int k = 0; k < x.length; k++) {
              batchRight[i][k] += weight * y * x[k];
            }
          }
        }
      }
      double draws = noise.draws();
      double a = equations.batchVariance() / draws;
      SymmetricMatrix scaled = moments.times(a);
      scaled.addToDiagonal(1 / draws);
      SymmetricMatrix.Cholesky factor = scaled.factor();
      for (int i = 0; i < rows.length; i++) {
        double[] part = factor.solve(batchRight[i]);
        for (int k = 0; k < part.length; k++) {
          right[i][k] += part[k];
        }
      }
      for (int k = 0; k < equations.size(); k++) {
        double[] column = factor.solve(moments.column(k));
        for (int i = k; i < column.length; i++) {
          precision.add(i, k, column[i]);
        }
      }
    }

    double squaredError() {
      SymmetricMatrix.Cholesky factor = precision.factor();
      double squares = 0;
      for (int i = 0; i < rows.length; i++) {
        double[] estimate = factor.solve(right[i]);
        for (int k = 0; k < estimate.length; k++) {
          double wrong = estimate[k] - weights.mean(rows[i], k) / equations.prior(k);
          squares += wrong * wrong;
        }
      }
      return squares;
    }
  }

  /**
   * Asks about so many records in full batches, the same inputs over and over, and estimates the
   * weights.
   *
   * @return the measured error
   */
  public double run(RoundOracle oracle, RealColumns inputs, int records) {
    List<Known> groups = Arrays.stream(weights.groups()).mapToObj(Known::new).toList();
    int asked = 0;
    for (long batch = 0; asked < records; batch++) {
      int count = Math.min(records - asked, noise.batchSize());
      RealColumns asking = part(inputs, asked, count);
      double[] means = means(oracle, batch, asking);
      for (Known known : groups) {
        known.add(asking, means);
      }
      asked += count;
    }
    double squares = groups.stream().mapToDouble(Known::squaredError).sum();
    return Math.sqrt(squares / weights.rows() / equations.size());
  }

  private double[] means(RoundOracle oracle, long batch, RealColumns inputs) {
    double[] means = new double[weights.rows() * weights.step().positions() * inputs.records()];
    for (int draw = 0; draw < noise.draws(); draw++) {
      double[] outputs = oracle.answer(batch, draw, inputs).values();
      for (int i = 0; i < means.length; i++) {
        means[i] += outputs[i] / noise.draws();
      }
    }
    return means;
  }

  private static RealColumns part(RealColumns inputs, int first, int records) {
    double[] values = new double[inputs.columns() * records];
    for (int k = 0; k < inputs.columns(); k++) {
      for (int j = 0; j < records; j++) {
        values[k * records + j] = inputs.get(k, (first + j) % inputs.records());
      }
    }
    return new RealColumns(inputs.columns(), records, values);
  }
}
