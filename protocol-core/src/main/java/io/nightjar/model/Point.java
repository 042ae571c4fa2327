package io.nightjar.model;

import java.util.Arrays;

/** A parameter whose numbers are known exactly: a point estimate. */
public final class Point implements Parameter {

  private final float[] values;

  /**
   * Takes the array, which the caller must not change any more.
   *
   * @throws InvalidModelException unless all numbers are finite
   */
  public Point(float[] values) {
    ParameterChecks.checkFinite("Value", values);
    this.values = values;
  }

  /** Returns a parameter of {@code size} equal numbers. */
  public static Point constant(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return new Point(values);
  }

  @Override
  public int size() {
    return values.length;
  }

  /** Returns one of the numbers. */
  public float value(int i) {
    return values[i];
  }

  @Override
  public float mean(int i) {
    return values[i];
  }

  @Override
  public float std(int i) {
    return 0;
  }

  /** Returns all numbers, not copied: the caller must not change them. */
  public float[] values() {
    return values;
  }

  @Override
  public float[] means() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Point that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Point[" + values.length + "]";
  }
}
