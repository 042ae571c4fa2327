package io.nightjar.cryptonets;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.network.LinearStep;
import io.nightjar.network.RealRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One draw of a whole network, for evaluation on ciphertexts of real numbers.
 *
 * @param layers its linear steps, in order
 */
record DrawnNetwork(List<Layer> layers) {

  /**
   * A linear step of integers, and what becomes of its outputs.
   *
   * @param linear the integer weights with real biases
   * @param dropped how many primes its outputs are divided by
   * @param squared whether they are squared then
   */
  record Layer(Linear linear, int dropped, boolean squared) {}

  /** Integer weights and real biases, which are in units of what the slots hold. */
  static final class Linear {
    private final List<IntegerLayer> layers;
    private final LinearStep step;
    private final int[] weights;
    private final double[] biases;

    Linear(LinearStep step, int[] weights, double[] biases) {
      this.layers = new ArrayList<>();
      int rows = step.rowsPerGroup();
      for (int group = 0; group < step.groups(); group++) {
        int first = group * rows;
        int[] part =
            Arrays.copyOfRange(weights, first * step.terms(), (first + rows) * step.terms());
        layers.add(
            IntegerLayer.take(rows, step.terms(), part, step.gathered(group))
                .withBias(Arrays.copyOfRange(biases, first, first + rows)));
      }
      this.step = step;
      this.weights = weights.clone();
      this.biases = biases.clone();
    }

    /** Returns the layers for ciphertexts, one for each group; their outputs follow each other. */
    List<IntegerLayer> layers() {
      return Collections.unmodifiableList(layers);
    }

    private RealColumns evaluate(RealColumns input) {
      double[][] rows = new double[step.rows()][step.terms() + 1];
      for (int row = 0; row < rows.length; row++) {
        for (int k = 0; k < step.terms(); k++) {
          rows[row][k] = weights[row * step.terms() + k];
        }
        rows[row][step.terms()] = biases[row];
      }
      return RealRows.evaluate(step, rows, input);
    }
  }

  /** Copies the list. */
  DrawnNetwork {
    layers = List.copyOf(layers);
  }

  /** Returns what slots would hold if nothing had an error. */
  RealColumns slots(RealColumns input) {
    RealColumns current = input;
    for (Layer layer : layers) {
      current = layer.linear().evaluate(current);
      if (layer.squared()) {
        double[] values = current.values();
        for (int i = 0; i < values.length; i++) {
          values[i] *= values[i];
        }
      }
    }
    return current;
  }
}
