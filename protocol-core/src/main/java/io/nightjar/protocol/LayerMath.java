package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Activation;
import io.nightjar.model.AveragePool;
import io.nightjar.model.Flatten;
import io.nightjar.model.GroupNorm;
import io.nightjar.model.Joint;
import io.nightjar.model.Layer;
import io.nightjar.model.LayerNorm;
import io.nightjar.model.MaxPool;
import io.nightjar.model.PRelu;
import io.nightjar.model.Pad;
import io.nightjar.model.Recall;
import io.nightjar.model.Shape;
import io.nightjar.model.Softmax;
import io.nightjar.model.Unary;
import io.nightjar.model.View;
import io.nightjar.model.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Applies the layers that the data owner applies in the clear.
 *
 * <p>The reference evaluator runs the same code, and only {@link StrictMath} is used, so that a
 * record has the same result on every machine.
 */
public final class LayerMath {

  private LayerMath() {}

  /**
   * Applies layers in order.
   *
   * @param free whether the array of the input may be written to
   * @param seen the outputs of earlier layers by name; those of these layers are added if they are
   *     wanted
   */
  public static ShapedColumns apply(
      List<Layer> layers,
      ShapedColumns input,
      boolean free,
      Map<String, ShapedColumns> seen,
      Set<String> wanted) {
    ShapedColumns current = input;
    boolean currentFree = free;
    for (Layer layer : layers) {
      ShapedColumns next = apply(layer, current, currentFree, seen);
      if (layer instanceof Recall) {
        currentFree = false;
      } else {
        currentFree |= next.columns().values() != current.columns().values();
      }
      current = next;
      if (wanted.contains(layer.name())) {
        seen.put(layer.name(), current);
        currentFree = false;
      }
    }
    return current;
  }

  private static ShapedColumns apply(
      Layer layer, ShapedColumns input, boolean free, Map<String, ShapedColumns> seen) {
    if (layer instanceof Joint joint) {
      return JointMath.apply(joint, input, free, seen.get(joint.from()));
    }
    Shape shape = ((Unary) layer).output(input.shape());
    return new ShapedColumns(shape, apply(layer, input, shape, free));
  }

  private static RealColumns apply(Layer layer, ShapedColumns from, Shape to, boolean free) {
    RealColumns input = from.columns();
    if (layer instanceof Activation activation) {
      return map(input, free, activation);
    } else if (layer instanceof PRelu relu) {
      return rectify(relu, from.shape(), input, free);
    } else if (layer instanceof MaxPool pool) {
      return pool(from.shape(), to, input, pool.window(), Optional.empty());
    } else if (layer instanceof AveragePool pool) {
      return pool(from.shape(), to, input, pool.window(), Optional.of(pool));
    } else if (layer instanceof View view) {
      return gather(input, view.elements(), 0);
    } else if (layer instanceof Pad pad) {
      return gather(input, elements(pad, from.shape(), to), pad.value());
    } else if (layer instanceof GroupNorm norm) {
      int size = to.size() / norm.groups();
      return normalise(input, free, size, size, 1, norm.epsilon());
    } else if (layer instanceof LayerNorm norm) {
      int positions = to.height() * to.width();
      return normalise(input, free, to.channels(), 1, positions, norm.epsilon());
    } else if (layer instanceof Flatten) {
      return input;
    } else if (layer instanceof Softmax) {
      return softmax(input, to.channels());
    }
    throw new IllegalStateException(
        "Layer '%s' has weights and is not the data owner's".formatted(layer.name()));
  }

  private static RealColumns map(RealColumns input, boolean free, Activation activation) {
    double[] from = input.values();
    double[] to = free ? from : new double[from.length];
    for (int i = 0; i < from.length; i++) {
      to[i] = activation.apply(from[i]);
    }
    return new RealColumns(input.columns(), input.records(), to);
  }

  /** Returns columns by their numbers, and a value where a number is negative. */
  private static RealColumns gather(RealColumns input, int[] elements, double value) {
    int records = input.records();
    double[] to = new double[elements.length * records];
    for (int i = 0; i < elements.length; i++) {
      if (elements[i] < 0) {
        Arrays.fill(to, i * records, (i + 1) * records, value);
      } else {
        System.arraycopy(input.values(), elements[i] * records, to, i * records, records);
      }
    }
    return new RealColumns(elements.length, records, to);
  }

  private static int[] elements(Pad pad, Shape from, Shape to) {
    int[] elements = new int[to.size()];
    for (int c = 0; c < to.channels(); c++) {
      for (int y = 0; y < to.height(); y++) {
        int row = pad.element(y, pad.padding().get(0), from.height());
        for (int x = 0; x < to.width(); x++) {
          int column = pad.element(x, pad.padding().get(1), from.width());
          elements[to.index(c, y, x)] = row < 0 || column < 0 ? -1 : from.index(c, row, column);
        }
      }
    }
    return elements;
  }

  /**
   * Brings groups of columns to the mean 0 and the variance 1.
   *
   * @param size how many columns each group has
   * @param between how far the first columns of groups are from each other
   * @param step how far the columns of a group are from each other
   */
  private static RealColumns normalise(
      RealColumns input, boolean free, int size, int between, int step, double epsilon) {
    int records = input.records();
    double[] from = input.values();
    double[] to = free ? from : new double[from.length];
    double[] means = new double[records];
    double[] variances = new double[records];
    for (int group = 0; group < input.columns() / size; group++) {
      int first = group * between * records;
      int last = first + (size - 1) * step * records;
      Arrays.fill(means, 0);
      Arrays.fill(variances, 0);
      for (int i = first; i <= last; i += step * records) {
        for (int j = 0; j < records; j++) {
          means[j] += from[i + j] / size;
        }
      }
      for (int i = first; i <= last; i += step * records) {
        for (int j = 0; j < records; j++) {
          double away = from[i + j] - means[j];
          variances[j] += away * away / size;
        }
      }
      for (int i = first; i <= last; i += step * records) {
        for (int j = 0; j < records; j++) {
          to[i + j] = (from[i + j] - means[j]) / Math.sqrt(variances[j] + epsilon);
        }
      }
    }
    return new RealColumns(input.columns(), records, to);
  }

  private static RealColumns rectify(PRelu relu, Shape shape, RealColumns input, boolean free) {
    double[] from = input.values();
    double[] to = free ? from : new double[from.length];
    int records = input.records();
    for (int column = 0; column < input.columns(); column++) {
      double slope = relu.slope(shape, column);
      for (int i = column * records; i < (column + 1) * records; i++) {
        to[i] = from[i] < 0 ? from[i] * slope : from[i];
      }
    }
    return new RealColumns(input.columns(), records, to);
  }

  /** Pools to the largest of each window or, if the pool takes averages, to its mean. */
  private static RealColumns pool(
      Shape from, Shape to, RealColumns input, Window window, Optional<AveragePool> average) {
    int records = input.records();
    boolean max = average.isEmpty();
    double[] source = input.values();
    double[] pooled = new double[to.size() * records];
    for (int c = 0; c < to.channels(); c++) {
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++) {
          int target = to.index(c, y, x) * records;
          Arrays.fill(pooled, target, target + records, max ? Double.NEGATIVE_INFINITY : 0);
          for (int dy = 0; dy < window.vertical().kernel(); dy++) {
            for (int dx = 0; dx < window.horizontal().kernel(); dx++) {
              int sy = window.vertical().element(y, dy);
              int sx = window.horizontal().element(x, dx);
              if (sy < 0 || sy >= from.height() || sx < 0 || sx >= from.width()) {
                continue;
              }
              int start = from.index(c, sy, sx) * records;
              for (int j = 0; j < records; j++) {
                double value = source[start + j];
                pooled[target + j] =
                    max ? Math.max(pooled[target + j], value) : pooled[target + j] + value;
              }
            }
          }
          if (average.isPresent()) {
            int divisor = average.get().divisor(from, y, x);
            for (int j = target; j < target + records; j++) {
              pooled[j] /= divisor;
            }
          }
        }
      }
    }
    return new RealColumns(to.size(), records, pooled);
  }

  /** Returns the softmax over the columns of every record. */
  static RealColumns softmax(RealColumns input) {
    return softmax(input, input.columns());
  }

  private static RealColumns softmax(RealColumns input, int channels) {
    double[] from = input.values();
    double[] to = new double[from.length];
    int step = from.length / channels; // all positions of all records
    for (int j = 0; j < step; j++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = j; i < from.length; i += step) {
        largest = Math.max(largest, from[i]);
      }
      double sum = 0;
      for (int i = j; i < from.length; i += step) {
        to[i] = StrictMath.exp(from[i] - largest);
        sum += to[i];
      }
      for (int i = j; i < from.length; i += step) {
        to[i] /= sum;
      }
    }
    return new RealColumns(input.columns(), input.records(), to);
  }
}
