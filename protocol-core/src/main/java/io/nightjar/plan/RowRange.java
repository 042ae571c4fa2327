package io.nightjar.plan;

/**
 * A range of consecutive rows of a step.
 *
 * @param first the number of the first row
 * @param count how many rows there are; at least 1
 */
public record RowRange(int first, int count) {

  /** Checks the numbers. */
  public RowRange {
    if (first < 0 || count < 1 || count > Integer.MAX_VALUE - first) {
      throw new IllegalArgumentException("%d rows from row %d".formatted(count, first));
    }
  }

  /** Returns the number after the last one. */
  public int end() {
    return first + count;
  }
}
