package io.nightjar.model;

import java.util.List;

/**
 * The input of a network: the shape and the range of one record, and which columns of a table make
 * a record.
 *
 * <p>A table has one of three forms. {@code features} names the columns whose numbers are features
 * as they are; {@code columns} says of each column which features it becomes; and if both are
 * empty, all columns are features, in the order of the table.
 *
 * @param shape the shape of a record
 * @param range the range of a record's values, over which they are quantised
 * @param features the columns of a table in the order of the elements; empty for images
 * @param columns the columns of a table and what each becomes, in the order of the elements; empty
 *     if features are named, and for images
 */
public record InputSpec(
    Shape shape, Range range, List<String> features, List<InputColumn> columns) {

  /**
   * Checks the features and the columns.
   *
   * @throws InvalidModelException if both are given, if they do not give one feature per element of
   *     the shape, or if two have the same name
   */
  public InputSpec {
    features = Checks.labels("Feature", features);
    columns = List.copyOf(columns);
    Checks.labels("Column", columns.stream().map(InputColumn::name).toList());
    if (!features.isEmpty() && !columns.isEmpty()) {
      throw new InvalidModelException(
          "There are both features and columns: give features for numbers as they are, columns for"
              + " anything else");
    }
    if (!features.isEmpty() && features.size() != shape.size()) {
      throw new InvalidModelException(
          "%d features for an input of shape %s: there must be %d, or none"
              .formatted(features.size(), shape, shape.size()));
    }
    if (!columns.isEmpty()) {
      checkColumns(columns, shape);
    }
  }

  /** Creates the input of a network that takes numbers as they are. */
  public InputSpec(Shape shape, Range range, List<String> features) {
    this(shape, range, features, List.of());
  }

  private static void checkColumns(List<InputColumn> columns, Shape shape) {
    if (!shape.isFlat()) {
      throw new InvalidModelException(
          "There are columns for an input of shape %s: it must be a vector".formatted(shape));
    }
    long features = columns.stream().mapToLong(InputColumn::features).sum();
    if (features != shape.size()) {
      throw new InvalidModelException(
          "The columns give %d features for an input of shape %s: they must give %d"
              .formatted(features, shape, shape.size()));
    }
  }
}
