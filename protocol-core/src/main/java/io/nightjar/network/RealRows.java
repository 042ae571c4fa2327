package io.nightjar.network;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import java.util.Arrays;

/** Rows of real weights applied to real columns. */
public final class RealRows {

  private RealRows() {}

  /**
   * Evaluates all rows of a step.
   *
   * @param rows the weights of each row, its bias at the end
   */
  public static RealColumns evaluate(LinearStep step, double[][] rows, RealColumns input) {
    int records = input.records();
    double[] from = input.values();
    double[] to = new double[step.output().size() * records];
    for (int row = 0; row < step.rows(); row++) {
      int[] gathered = step.gathered(row / step.rowsPerGroup());
      for (int position = 0; position < step.positions(); position++) {
        int target = (row * step.positions() + position) * records;
        Arrays.fill(to, target, target + records, rows[row][step.terms()]);
        for (int k = 0; k < step.terms(); k++) {
          int column = gathered[position * step.terms() + k];
          if (column == IntegerLayer.NO_COLUMN) {
            continue;
          }
          double weight = rows[row][k];
          for (int j = 0; j < records; j++) {
            to[target + j] += weight * from[column * records + j];
          }
        }
      }
    }
    return new RealColumns(step.output().size(), records, to);
  }
}
