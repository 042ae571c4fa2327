package io.nightjar.model;

import java.util.List;

/**
 * What one input record is.
 *
 * @param shape its shape
 * @param range the range of its values, over which they are quantised
 * @param features the columns of a table in the order of the elements; empty for images
 */
public record InputSpec(Shape shape, Range range, List<String> features) {

  /**
   * Checks the features.
   *
   * @throws InvalidModelException if there are features, but not one per element of the shape, or
   *     if two are equal
   */
  public InputSpec {
    features = Checks.labels("Feature", features);
    if (!features.isEmpty() && features.size() != shape.size()) {
      throw new InvalidModelException(
          "%d features for an input of shape %s: there must be %d, or none"
              .formatted(features.size(), shape, shape.size()));
    }
  }
}
