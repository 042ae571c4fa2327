package io.nightjar.privacy;

import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.RealColumns;
import java.util.Arrays;

/** Sums of columns, weighted by some rows of a linear step: the step itself, in the clear. */
final class RowSums {

  private RowSums() {}

  /** Adds sum_k weights[row][k] x_k to the outputs of every row; a row may have more at its end. */
  static void add(RoundWeights rows, double[][] weights, RealColumns inputs, double[] outputs) {
    int records = inputs.records();
    int positions = rows.step().positions();
    int terms = rows.terms();
    double[] from = inputs.values();
    int[][] gathered = new int[rows.step().groups()][];
    Arrays.setAll(gathered, rows.step()::gathered);
    for (int row = 0; row < rows.rows(); row++) {
      int[] columns = gathered[rows.group(row)];
      for (int position = 0; position < positions; position++) {
        int target = (row * positions + position) * records;
        for (int k = 0; k < terms; k++) {
          int column = columns[position * terms + k];
          if (column != IntegerLayer.NO_COLUMN) {
            double weight = weights[row][k];
            for (int j = 0; j < records; j++) {
              outputs[target + j] += weight * from[column * records + j];
            }
          }
        }
      }
    }
  }
}
