package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerLayer;
import io.nightjar.network.LinearStep;
import java.util.ArrayList;
import java.util.List;

/**
 * One draw of a linear step as integers, ready to be evaluated: a layer for each group of input
 * channels.
 *
 * @param step the step
 * @param groups one layer for each group; their output columns follow each other
 */
public record DrawnStep(LinearStep step, List<IntegerLayer> groups) {

  /** Copies the list. */
  public DrawnStep {
    groups = List.copyOf(groups);
  }

  /** Builds the layers from the integer rows of the whole step and their biases. */
  static DrawnStep of(LinearStep step, int[] weights, long[] biases) {
    int rows = step.rowsPerGroup();
    List<IntegerLayer> groups = new ArrayList<>();
    for (int group = 0; group < step.groups(); group++) {
      int first = group * rows;
      int[] part = new int[rows * step.terms()];
      System.arraycopy(weights, first * step.terms(), part, 0, part.length);
      long[] bias = new long[rows];
      System.arraycopy(biases, first, bias, 0, rows);
      groups.add(IntegerLayer.of(rows, step.terms(), part, step.gathered(group)).withBias(bias));
    }
    return new DrawnStep(step, groups);
  }

  /** Evaluates the step on integers in the clear. */
  public IntegerColumns evaluate(IntegerColumns input) {
    long[] values = new long[step.output().size() * input.records()];
    int next = 0;
    for (IntegerLayer layer : groups) {
      long[] part = layer.evaluate(input).values();
      System.arraycopy(part, 0, values, next, part.length);
      next += part.length;
    }
    return new IntegerColumns(step.output().size(), input.records(), values);
  }
}
