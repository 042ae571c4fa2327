package io.nightjar.reference;

import io.nightjar.model.Abs;
import io.nightjar.model.Affine;
import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.BatchNormParameters;
import io.nightjar.model.Clip;
import io.nightjar.model.Concat;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Elu;
import io.nightjar.model.Exp;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gelu;
import io.nightjar.model.GeluTanh;
import io.nightjar.model.GroupNorm;
import io.nightjar.model.HardSigmoid;
import io.nightjar.model.HardSwish;
import io.nightjar.model.Joint;
import io.nightjar.model.Layer;
import io.nightjar.model.LayerNorm;
import io.nightjar.model.LeakyRelu;
import io.nightjar.model.MatMul;
import io.nightjar.model.MaxPool;
import io.nightjar.model.Multiply;
import io.nightjar.model.PRelu;
import io.nightjar.model.Pad;
import io.nightjar.model.Parameter;
import io.nightjar.model.Quadratic;
import io.nightjar.model.Recall;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Sigmoid;
import io.nightjar.model.Silu;
import io.nightjar.model.Softmax;
import io.nightjar.model.Softplus;
import io.nightjar.model.Square;
import io.nightjar.model.Subtract;
import io.nightjar.model.Tanh;
import io.nightjar.model.View;
import io.nightjar.model.WeightSet;
import io.nightjar.model.Window;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A network evaluated as its layers say, one record and one layer at a time, with the means as
 * weights: shares no code with what it is compared with.
 */
public final class LayerByLayer {

  private LayerByLayer() {}

  static double[] evaluate(Architecture architecture, WeightSet weights, double[] record) {
    Layer last = architecture.layers().get(architecture.layers().size() - 1);
    return outputs(architecture, weights, record).get(last.name());
  }

  /** Returns the outputs of all layers by their names. */
  public static Map<String, double[]> outputs(
      Architecture architecture, WeightSet weights, double[] record) {
    Map<String, double[]> seen = new HashMap<>();
    seen.put("input", record);
    Map<String, Shape> shapes = new HashMap<>(architecture.shapes());
    shapes.put("input", architecture.input().shape());
    Shape shape = architecture.input().shape();
    double[] x = record;
    for (Layer layer : architecture.layers()) {
      Shape to = shapes.get(layer.name());
      x =
          layer instanceof Joint joint
              ? join(joint, shape, x, shapes.get(joint.from()), seen.get(joint.from()), to)
              : apply(layer, shape, x, weights, to);
      shape = to;
      seen.put(layer.name(), x);
    }
    return seen;
  }

  private static double[] apply(Layer layer, Shape shape, double[] x, WeightSet weights, Shape to) {
    if (layer instanceof Dense dense) {
      Parameter w = weights.weight(dense.name());
      double[] y = new double[dense.outputs()];
      for (int m = 0; m < y.length; m++) {
        y[m] = bias(weights, dense.name(), m);
        for (int k = 0; k < x.length; k++) {
          y[m] += w.mean(m * x.length + k) * x[k];
        }
      }
      return y;
    } else if (layer instanceof Conv2d conv) {
      return convolve(conv, shape, to, x, weights);
    } else if (layer instanceof BatchNorm norm) {
      BatchNormParameters p = weights.batchNorm(norm.name());
      double[] y = x.clone();
      int area = shape.height() * shape.width();
      for (int i = 0; i < y.length; i++) {
        int c = i / area;
        y[i] =
            (x[i] - p.runningMean().value(c))
                    / Math.sqrt(p.runningVar().value(c) + norm.epsilon())
                    * p.gamma().value(c)
                + p.beta().value(c);
      }
      return y;
    } else if (layer instanceof AveragePool p) {
      return pool(shape, to, x, p.window(), false, p.countPadding());
    } else if (layer instanceof MaxPool p) {
      return pool(shape, to, x, p.window(), true, false);
    } else if (layer instanceof Flatten) {
      return x;
    } else if (layer instanceof PRelu relu) {
      double[] y = x.clone();
      int each = x.length / relu.slopes().size();
      Arrays.setAll(y, i -> x[i] < 0 ? x[i] * relu.slopes().get(i / each) : x[i]);
      return y;
    } else if (layer instanceof View view) {
      double[] y = new double[to.size()];
      for (int i = 0; i < y.length; i++) {
        int element = view.offset();
        int rest = i;
        for (int k = view.sizes().size() - 1; k >= 0; k--) {
          element += rest % view.sizes().get(k) * view.strides().get(k);
          rest /= view.sizes().get(k);
        }
        y[i] = x[element];
      }
      return y;
    } else if (layer instanceof Pad pad) {
      return pad(pad, shape, x, to);
    } else if (layer instanceof GroupNorm norm) {
      int size = x.length / norm.groups();
      double[] y = x.clone();
      for (int group = 0; group < norm.groups(); group++) {
        double[] standard =
            standard(Arrays.copyOfRange(x, group * size, (group + 1) * size), norm.epsilon());
        System.arraycopy(standard, 0, y, group * size, size);
      }
      return y;
    } else if (layer instanceof LayerNorm norm) {
      double[] y = x.clone();
      for (int i = 0; i < shape.height(); i++) {
        for (int j = 0; j < shape.width(); j++) {
          double[] here = new double[shape.channels()];
          for (int c = 0; c < here.length; c++) {
            here[c] = x[shape.index(c, i, j)];
          }
          double[] standard = standard(here, norm.epsilon());
          for (int c = 0; c < here.length; c++) {
            y[shape.index(c, i, j)] = standard[c];
          }
        }
      }
      return y;
    } else if (layer instanceof Softmax) {
      double[] y = x.clone();
      int area = shape.height() * shape.width();
      for (int position = 0; position < area; position++) {
        double[] here = new double[shape.channels()];
        for (int c = 0; c < here.length; c++) {
          here[c] = x[c * area + position];
        }
        double[] probabilities = softmax(here);
        for (int c = 0; c < here.length; c++) {
          y[c * area + position] = probabilities[c];
        }
      }
      return y;
    }
    return Arrays.stream(x).map(v -> activate(layer, v)).toArray();
  }

  private static double[] join(
      Joint joint, Shape shape, double[] x, Shape otherShape, double[] other, Shape to) {
    if (joint instanceof Recall) {
      return other;
    }
    double[] y = new double[to.size()];
    for (int c = 0; c < to.channels(); c++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          int target = to.index(c, i, j);
          if (joint instanceof MatMul) {
            for (int k = 0; k < shape.height(); k++) {
              y[target] += other[otherShape.index(c, i, k)] * x[shape.index(c, k, j)];
            }
          } else if (joint instanceof Concat) {
            int own = c - otherShape.channels();
            y[target] = own < 0 ? other[otherShape.index(c, i, j)] : x[shape.index(own, i, j)];
          } else {
            double a = x[within(shape, c, i, j)];
            double b = other[within(otherShape, c, i, j)];
            y[target] =
                joint instanceof Multiply ? a * b : joint instanceof Subtract ? b - a : a + b;
          }
        }
      }
    }
    return y;
  }

  private static int within(Shape shape, int c, int i, int j) {
    return shape.index(
        Math.min(c, shape.channels() - 1),
        Math.min(i, shape.height() - 1),
        Math.min(j, shape.width() - 1));
  }

  private static double[] pad(Pad pad, Shape from, double[] x, Shape to) {
    double[] y = new double[to.size()];
    for (int c = 0; c < to.channels(); c++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          int row = i - pad.padding().get(0);
          int column = j - pad.padding().get(1);
          if (pad.mode() == Pad.Mode.REFLECT) {
            row = mirrored(row, from.height());
            column = mirrored(column, from.width());
          } else if (pad.mode() == Pad.Mode.EDGE) {
            row = Math.min(Math.max(row, 0), from.height() - 1);
            column = Math.min(Math.max(column, 0), from.width() - 1);
          }
          boolean inside = row >= 0 && row < from.height() && column >= 0 && column < from.width();
          y[to.index(c, i, j)] = inside ? x[from.index(c, row, column)] : pad.value();
        }
      }
    }
    return y;
  }

  private static int mirrored(int i, int size) {
    int back = Math.abs(i);
    return back < size ? back : 2 * size - 2 - back;
  }

  /** Returns numbers with the mean 0 and the variance 1. */
  private static double[] standard(double[] x, double epsilon) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    return Arrays.stream(x).map(v -> (v - mean) / Math.sqrt(variance + epsilon)).toArray();
  }

  static double[] softmax(double[] x) {
    double largest = Arrays.stream(x).max().orElseThrow();
    double[] e = Arrays.stream(x).map(v -> Math.exp(v - largest)).toArray();
    double sum = Arrays.stream(e).sum();
    return Arrays.stream(e).map(v -> v / sum).toArray();
  }

  private static double activate(Layer layer, double x) {
    if (layer instanceof Relu) {
      return x > 0 ? x : 0;
    } else if (layer instanceof LeakyRelu leaky) {
      return x > 0 ? x : leaky.slope() * x;
    } else if (layer instanceof Sigmoid) {
      return 1 / (1 + Math.exp(-x));
    } else if (layer instanceof Tanh) {
      return Math.tanh(x);
    } else if (layer instanceof Gelu) {
      return x * normalBelow(x);
    } else if (layer instanceof Clip clip) {
      return x < clip.low() ? clip.low() : x > clip.high() ? clip.high() : x;
    } else if (layer instanceof HardSigmoid hard) {
      double line = hard.slope() * x + hard.shift();
      return line < 0 ? 0 : line > 1 ? 1 : line;
    } else if (layer instanceof Silu) {
      return x / (1 + Math.exp(-x));
    } else if (layer instanceof HardSwish) {
      return x < -3 ? 0 : x > 3 ? x : x * (x + 3) / 6;
    } else if (layer instanceof GeluTanh) {
      return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    } else if (layer instanceof Elu elu) {
      return x > 0 ? x : elu.alpha() * (Math.exp(x) - 1);
    } else if (layer instanceof Softplus) {
      return Math.log(1 + Math.exp(x));
    } else if (layer instanceof Exp) {
      return Math.exp(x);
    } else if (layer instanceof Abs) {
      return x < 0 ? -x : x;
    } else if (layer instanceof Affine line) {
      return line.slope() * x + line.shift();
    } else if (layer instanceof Square) {
      return x * x;
    } else if (layer instanceof Quadratic quadratic) {
      return quadratic.a() * x * x + quadratic.b() * x + quadratic.c();
    }
    throw new IllegalArgumentException("No such activation: " + layer);
  }

  /** Simpson's rule, from far below; a double cannot tell what is beyond from 0 or 1. */
  private static double normalBelow(double x) {
    double from = -12;
    if (Math.abs(x) >= -from) {
      return x < 0 ? 0 : 1;
    }
    int steps = 4000;
    double h = (x - from) / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double t = from + i * h;
      int factor = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += factor * Math.exp(-t * t / 2);
    }
    return sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  private static double[] convolve(
      Conv2d conv, Shape from, Shape to, double[] x, WeightSet weights) {
    Parameter w = weights.weight(conv.name());
    Window.Side down = conv.window().vertical();
    Window.Side right = conv.window().horizontal();
    int inputs = conv.inputChannels() / conv.groups();
    int outputs = conv.outputChannels() / conv.groups();
    double[] y = new double[to.size()];
    for (int m = 0; m < to.channels(); m++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          double sum = bias(weights, conv.name(), m);
          for (int c = 0; c < inputs; c++) {
            for (int a = 0; a < down.kernel(); a++) {
              for (int b = 0; b < right.kernel(); b++) {
                int row = i * down.stride() + a * down.dilation() - down.before();
                int column = j * right.stride() + b * right.dilation() - right.before();
                if (row >= 0 && row < from.height() && column >= 0 && column < from.width()) {
                  int channel = m / outputs * inputs + c;
                  sum +=
                      w.mean(((m * inputs + c) * down.kernel() + a) * right.kernel() + b)
                          * x[from.index(channel, row, column)];
                }
              }
            }
          }
          y[to.index(m, i, j)] = sum;
        }
      }
    }
    return y;
  }

  private static double[] pool(
      Shape from, Shape to, double[] x, Window window, boolean max, boolean countPadding) {
    Window.Side down = window.vertical();
    Window.Side right = window.horizontal();
    double[] y = new double[to.size()];
    for (int c = 0; c < to.channels(); c++) {
      for (int i = 0; i < to.height(); i++) {
        for (int j = 0; j < to.width(); j++) {
          double sum = 0;
          int counted = 0;
          double largest = Double.NEGATIVE_INFINITY;
          for (int a = 0; a < down.kernel(); a++) {
            for (int b = 0; b < right.kernel(); b++) {
              int row = i * down.stride() + a * down.dilation() - down.before();
              int column = j * right.stride() + b * right.dilation() - right.before();
              boolean inside =
                  row >= 0 && row < from.height() && column >= 0 && column < from.width();
              if (inside) {
                double value = x[from.index(c, row, column)];
                sum += value;
                largest = Math.max(largest, value);
              }
              boolean padding =
                  row < from.height() + down.after() && column < from.width() + right.after();
              counted += inside || (countPadding && padding) ? 1 : 0;
            }
          }
          y[to.index(c, i, j)] = max ? largest : sum / counted;
        }
      }
    }
    return y;
  }

  private static double bias(WeightSet weights, String layer, int m) {
    return weights.bias(layer).map(b -> (double) b.mean(m)).orElse(0.0);
  }
}
