package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Activation;
import io.nightjar.model.AveragePool;
import io.nightjar.model.Flatten;
import io.nightjar.model.Layer;
import io.nightjar.model.MaxPool;
import io.nightjar.model.PRelu;
import io.nightjar.model.Range;
import io.nightjar.model.ResidualAdd;
import io.nightjar.model.Shape;
import io.nightjar.model.Softmax;
import io.nightjar.model.Window;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes what the data owner computes in the clear between rounds: rescaling, activations,
 * pooling, quantisation.
 *
 * <p>The reference evaluator runs the same code, and only {@link StrictMath} is used, so that a
 * record has the same result on every machine.
 */
public final class OwnerMath {

  private OwnerMath() {}

  /** Returns the integers that are encrypted, and how many values did not fit. */
  public static Quantised quantise(Quantiser quantiser, RealColumns columns) {
    double[] from = columns.values();
    long[] to = new long[from.length];
    double scale = quantiser.scale();
    double low = quantiser.low();
    double high = quantiser.high();
    long clamped = 0;
    for (int i = 0; i < from.length; i++) {
      double steps = Math.rint(from[i] / scale);
      if (steps >= low && steps <= high) {
        to[i] = (int) steps;
      } else { // the rare case, and what is no number
        to[i] = quantiser.quantise(from[i]);
        clamped++;
      }
    }
    return new Quantised(new IntegerColumns(columns.columns(), columns.records(), to), clamped);
  }

  /** Returns how many values lie outside a range; a value that is no number does. */
  static long outside(Range range, RealColumns columns) {
    long inside = 0;
    for (double value : columns.values()) {
      if (value >= range.low() && value <= range.high()) {
        inside++;
      }
    }
    return columns.values().length - inside;
  }

  /** Returns the real numbers that a round's integer outputs stand for. */
  public static RealColumns rescale(Round round, IntegerColumns columns) {
    long[] from = columns.values();
    double[] to = new double[from.length];
    int records = columns.records();
    for (int column = 0; column < columns.columns(); column++) {
      double scale = round.outputScale(column);
      for (int i = column * records; i < (column + 1) * records; i++) {
        to[i] = (double) from[i] * scale;
      }
    }
    return new RealColumns(columns.columns(), records, to);
  }

  /** Returns the real numbers that a round's real outputs stand for. */
  public static RealColumns rescale(Round round, RealColumns columns) {
    double[] to = columns.values().clone();
    int records = columns.records();
    for (int column = 0; column < columns.columns(); column++) {
      double scale = round.outputScale(column);
      for (int i = column * records; i < (column + 1) * records; i++) {
        to[i] *= scale;
      }
    }
    return new RealColumns(columns.columns(), records, to);
  }

  /**
   * Applies layers in order.
   *
   * @param free whether the array of the columns may be written to
   * @param seen the outputs of earlier layers by name, for residual connections; those of these
   *     layers are added if they are wanted
   */
  public static RealColumns apply(
      List<Layer> layers,
      Shape shape,
      RealColumns columns,
      boolean free,
      Map<String, RealColumns> seen,
      Set<String> wanted) {
    RealColumns current = columns;
    Shape currentShape = shape;
    boolean currentFree = free;
    for (Layer layer : layers) {
      RealColumns next = apply(layer, currentShape, current, currentFree, seen);
      currentFree |= next.values() != current.values();
      current = next;
      currentShape = layer.output(currentShape);
      if (wanted.contains(layer.name())) {
        seen.put(layer.name(), current);
        currentFree = false;
      }
    }
    return current;
  }

  private static RealColumns apply(
      Layer layer, Shape shape, RealColumns input, boolean free, Map<String, RealColumns> seen) {
    if (layer instanceof Activation activation) {
      return map(input, free, activation);
    } else if (layer instanceof PRelu relu) {
      return rectify(relu, shape, input, free);
    } else if (layer instanceof MaxPool pool) {
      return pool(shape, layer.output(shape), input, pool.window(), Optional.empty());
    } else if (layer instanceof AveragePool pool) {
      return pool(shape, layer.output(shape), input, pool.window(), Optional.of(pool));
    } else if (layer instanceof ResidualAdd add) {
      return add(input, free, seen.get(add.from()));
    } else if (layer instanceof Flatten) {
      return input;
    } else if (layer instanceof Softmax) {
      return softmax(input);
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

  private static RealColumns add(RealColumns a, boolean free, RealColumns b) {
    double[] sum = free ? a.values() : a.values().clone();
    double[] other = b.values();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return new RealColumns(a.columns(), a.records(), sum);
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
  public static RealColumns softmax(RealColumns input) {
    int records = input.records();
    double[] from = input.values();
    double[] to = new double[from.length];
    for (int j = 0; j < records; j++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = j; i < from.length; i += records) {
        largest = Math.max(largest, from[i]);
      }
      double sum = 0;
      for (int i = j; i < from.length; i += records) {
        to[i] = StrictMath.exp(from[i] - largest);
        sum += to[i];
      }
      for (int i = j; i < from.length; i += records) {
        to[i] /= sum;
      }
    }
    return new RealColumns(input.columns(), records, to);
  }
}
