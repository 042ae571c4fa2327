package io.nightjar.rounds;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.network.LinearStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a step whose weights all records of a batch share, with a layer for each group of input
 * channels that the rows read.
 *
 * @param step the step that the rows belong to
 * @param firstRow the number of the first of the rows
 * @param layers one layer for each group; their output columns follow each other
 */
public record BatchStep(LinearStep step, int firstRow, List<IntegerLayer> layers)
    implements IntegerStep {

  /** Copies the list. */
  public BatchStep {
    layers = List.copyOf(layers);
  }

  /**
   * Builds the layers from the integers of the rows and their biases, and takes the array of
   * weights over.
   */
  public static BatchStep take(LinearStep step, int firstRow, int[] weights, long[] biases) {
    int terms = step.terms();
    List<IntegerLayer> layers = new ArrayList<>();
    int done = 0;
    while (done < biases.length) {
      int group = (firstRow + done) / step.rowsPerGroup();
      int groupEnd = (group + 1) * step.rowsPerGroup() - firstRow;
      int rows = Math.min(groupEnd, biases.length) - done;
      int[] part =
          rows == biases.length
              ? weights
              : Arrays.copyOfRange(weights, done * terms, (done + rows) * terms);
      long[] bias = Arrays.copyOfRange(biases, done, done + rows);
      layers.add(IntegerLayer.take(rows, terms, part, step.gathered(group)).withBias(bias));
      done += rows;
    }
    return new BatchStep(step, firstRow, layers);
  }

  @Override
  public IntegerColumns evaluate(IntegerColumns input) {
    int columns = layers.stream().mapToInt(layer -> layer.whole().columns()).sum();
    long[] values = new long[columns * input.records()];
    int next = 0;
    for (IntegerLayer layer : layers) {
      long[] part = layer.evaluate(input).values();
      System.arraycopy(part, 0, values, next, part.length);
      next += part.length;
    }
    return new IntegerColumns(columns, input.records(), values);
  }
}
