package io.nightjar.model;

import java.util.Arrays;
import java.util.List;

/**
 * An array of numbers with any number of axes; the numbers are in the order of their indices, the
 * last index fastest.
 */
public final class Tensor {

  private final List<Integer> shape;
  private final float[] values;

  /**
   * Takes the array, which the caller must not change any more.
   *
   * @throws InvalidModelException unless the shape has as many elements as the array
   */
  public Tensor(List<Integer> shape, float[] values) {
    this.shape = List.copyOf(shape);
    this.values = values;
    long size = 1;
    for (int side : this.shape) {
      if (side < 0 || (size *= side) > Integer.MAX_VALUE) {
        throw new InvalidModelException("Shape %s: out of range".formatted(shape));
      }
    }
    if (size != values.length) {
      throw new InvalidModelException(
          "%d values for a tensor of shape %s: there must be %d"
              .formatted(values.length, shape, size));
    }
  }

  /** Returns the lengths of the axes; empty for a single number. */
  public List<Integer> shape() {
    return shape;
  }

  /** Returns the numbers, not copied: the caller must not change them. */
  public float[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
