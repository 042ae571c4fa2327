package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Concat;
import io.nightjar.model.Joint;
import io.nightjar.model.MatMul;
import io.nightjar.model.Multiply;
import io.nightjar.model.Recall;
import io.nightjar.model.Shape;
import io.nightjar.model.Subtract;
import java.util.Arrays;

/** Applies the layers that read what an earlier one put out. */
final class JointMath {

  private JointMath() {}

  /**
   * Applies a joint.
   *
   * @param free whether the array of the input may be written to
   */
  static ShapedColumns apply(Joint joint, ShapedColumns input, boolean free, ShapedColumns other) {
    if (joint instanceof Recall) {
      return other;
    }
    Shape shape = joint.output(input.shape(), other.shape());
    RealColumns columns;
    if (joint instanceof Concat) {
      columns = concatenated(other.columns(), input.columns());
    } else if (joint instanceof MatMul) {
      columns = product(other, input, shape);
    } else {
      columns = combined(joint, input, free, other, shape);
    }
    return new ShapedColumns(shape, columns);
  }

  private static RealColumns concatenated(RealColumns first, RealColumns second) {
    double[] all = Arrays.copyOf(first.values(), first.values().length + second.values().length);
    System.arraycopy(second.values(), 0, all, first.values().length, second.values().length);
    return new RealColumns(first.columns() + second.columns(), first.records(), all);
  }

  private static RealColumns product(ShapedColumns left, ShapedColumns right, Shape shape) {
    int records = left.columns().records();
    double[] a = left.columns().values();
    double[] b = right.columns().values();
    double[] to = new double[shape.size() * records];
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int i = shape.index(c, y, x) * records;
          for (int k = 0; k < left.shape().width(); k++) {
            int ai = left.shape().index(c, y, k) * records;
            int bi = right.shape().index(c, k, x) * records;
            for (int j = 0; j < records; j++) {
              to[i + j] += a[ai + j] * b[bi + j];
            }
          }
        }
      }
    }
    return new RealColumns(shape.size(), records, to);
  }

  /** Adds, subtracts or multiplies. */
  private static RealColumns combined(
      Joint joint, ShapedColumns input, boolean free, ShapedColumns other, Shape shape) {
    int records = input.columns().records();
    double[] a = input.columns().values();
    double[] b = other.columns().values();
    double[] to = free && input.shape().equals(shape) ? a : new double[shape.size() * records];
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int i = shape.index(c, y, x) * records;
          int ai = element(input.shape(), c, y, x) * records;
          int bi = element(other.shape(), c, y, x) * records;
          if (joint instanceof Multiply) {
            for (int j = 0; j < records; j++) {
              to[i + j] = a[ai + j] * b[bi + j];
            }
          } else {
            double sign = joint instanceof Subtract ? -1 : 1;
            for (int j = 0; j < records; j++) {
              to[i + j] = b[bi + j] + sign * a[ai + j];
            }
          }
        }
      }
    }
    return new RealColumns(shape.size(), records, to);
  }

  /** Returns the number of an element, of which one counts for a whole side where there is one. */
  private static int element(Shape shape, int channel, int y, int x) {
    return shape.index(
        shape.channels() == 1 ? 0 : channel,
        shape.height() == 1 ? 0 : y,
        shape.width() == 1 ? 0 : x);
  }
}
