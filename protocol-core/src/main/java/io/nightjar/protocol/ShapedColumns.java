package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Shape;

/**
 * The output of a layer for some records.
 *
 * @param shape how the values of a record lie
 * @param columns the values, in that order
 */
public record ShapedColumns(Shape shape, RealColumns columns) {

  /**
   * Checks that the two fit.
   *
   * @throws IllegalArgumentException if there are more or fewer columns than elements
   */
  public ShapedColumns {
    if (columns.columns() != shape.size()) {
      throw new IllegalArgumentException(
          "%d columns do not have the shape %s".formatted(columns.columns(), shape));
    }
  }
}
