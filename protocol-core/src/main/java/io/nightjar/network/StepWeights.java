package io.nightjar.network;

import io.nightjar.draw.KeyedStream;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.AveragePool;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.BatchNormParameters;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Parameter;
import io.nightjar.model.Point;
import io.nightjar.model.WeightSet;
import io.nightjar.model.Window;
import java.util.Optional;

/**
 * The posterior of one linear step, row by row, as real numbers.
 *
 * <p>Batch norms and a pool are folded into weights after these were drawn, because they act on
 * what was drawn. A row is {@code terms} weights and its bias at the end. Nothing here knows of
 * quantisation.
 */
public final class StepWeights {

  private final LinearStep step;
  private final WeightSet weights;
  private final Parameter weight;
  private final Optional<Parameter> bias;
  private final int rawTerms;

  /** Looks the step's parameters up in one member of a posterior. */
  public StepWeights(LinearStep step, WeightSet weights) {
    this.step = step;
    this.weights = weights;
    if (step.core() instanceof BatchNorm norm) {
      this.weight = Point.constant(norm.channels(), 1);
      this.bias = Optional.empty();
    } else if (step.core() instanceof AveragePool pool) {
      int taps = pool.window().size();
      this.weight = Point.constant(step.rows() * taps, 1.0f / taps);
      this.bias = Optional.empty();
    } else {
      this.weight = weights.weight(step.core().name());
      this.bias = weights.bias(step.core().name());
    }
    this.rawTerms = weight.size() / step.rows();
  }

  /** Returns the step. */
  public LinearStep step() {
    return step;
  }

  /** Returns whether every draw of a row is the same. */
  public boolean isPoint() {
    return weight instanceof Point && bias.map(Point.class::isInstance).orElse(true);
  }

  /** Returns the means of a row. */
  public double[] means(int row) {
    double[] raw = new double[rawTerms + 1];
    for (int k = 0; k < rawTerms; k++) {
      raw[k] = weight.mean(row * rawTerms + k);
    }
    raw[rawTerms] = bias.map(b -> (double) b.mean(row)).orElse(0.0);
    return fold(row, raw);
  }

  /** Returns the standard deviations of a row before draws are clipped. */
  public double[] deviations(int row) {
    double[] variances = new double[rawTerms];
    for (int k = 0; k < rawTerms; k++) {
      double std = weight.std(row * rawTerms + k);
      variances[k] = std * std;
    }
    double scale = Math.abs(normScale(row));
    double[] spread = spread(variances, 2);
    double[] folded = new double[step.terms() + 1];
    for (int k = 0; k < step.terms(); k++) {
      folded[k] = scale * Math.sqrt(spread[k]);
    }
    folded[step.terms()] = scale * bias.map(b -> (double) b.std(row)).orElse(0.0);
    return folded;
  }

  /**
   * Returns the largest deviation of each weight of a row from its mean, for draws clipped at so
   * many standard deviations.
   */
  public double[] largestDeviations(int row, double clip) {
    double[] raw = new double[rawTerms];
    for (int k = 0; k < rawTerms; k++) {
      raw[k] = clip * weight.std(row * rawTerms + k);
    }
    double scale = Math.abs(normScale(row));
    double[] spread = spread(raw, 1);
    double[] folded = new double[step.terms() + 1];
    for (int k = 0; k < step.terms(); k++) {
      folded[k] = scale * spread[k];
    }
    folded[step.terms()] = scale * clip * bias.map(b -> (double) b.std(row)).orElse(0.0);
    return folded;
  }

  /** Draws a row: its weights in the posterior's order, then its bias. */
  public double[] draw(int row, TruncatedNormal normal, KeyedStream stream) {
    double[] raw = new double[rawTerms + 1];
    for (int k = 0; k < rawTerms; k++) {
      int i = row * rawTerms + k;
      raw[k] = weight.mean(i) + weight.std(i) * normal.sample(stream);
    }
    if (bias.isPresent()) {
      raw[rawTerms] = bias.get().mean(row) + bias.get().std(row) * normal.sample(stream);
    }
    return fold(row, raw);
  }

  private double[] fold(int row, double[] raw) {
    double[] spread = spread(raw, 1);
    double[] folded = new double[step.terms() + 1];
    double scale = normScale(row);
    for (int k = 0; k < step.terms(); k++) {
      folded[k] = scale * spread[k];
    }
    folded[step.terms()] = scale * raw[rawTerms] + normShift(row);
    return folded;
  }

  /**
   * Returns the kernel of a convolution and the average pool after it, made from the convolution's:
   * each tap of the pool adds that kernel, moved by the stride and multiplied by a power of the
   * pool's weight.
   */
  private double[] spread(double[] raw, int power) {
    if (step.pool().isEmpty() || !(step.core() instanceof Conv2d conv)) {
      return raw;
    }
    Window pool = step.pool().get().window();
    double tap = Math.pow(1.0 / pool.size(), power);
    int rows = conv.window().vertical().kernel();
    int columns = conv.window().horizontal().kernel();
    int down = conv.window().vertical().stride();
    int right = conv.window().horizontal().stride();
    int height = step.vertical().kernel();
    int width = step.horizontal().kernel();
    double[] spread = new double[step.terms()];
    int channels = step.terms() / (height * width);
    for (int c = 0; c < channels; c++) {
      for (int py = 0; py < pool.vertical().kernel(); py++) {
        for (int px = 0; px < pool.horizontal().kernel(); px++) {
          for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
              int target = (c * height + y + py * down) * width + x + px * right;
              spread[target] += tap * raw[(c * rows + y) * columns + x];
            }
          }
        }
      }
    }
    return spread;
  }

  private double normScale(int row) {
    double scale = 1;
    if (step.core() instanceof BatchNorm norm) {
      scale = weights.batchNorm(norm.name()).scale(row, norm.epsilon());
    }
    for (BatchNorm norm : step.norms()) {
      scale *= weights.batchNorm(norm.name()).scale(row, norm.epsilon());
    }
    return scale;
  }

  private double normShift(int row) {
    double shift = 0;
    if (step.core() instanceof BatchNorm norm) {
      shift = weights.batchNorm(norm.name()).shift(row, norm.epsilon());
    }
    for (BatchNorm norm : step.norms()) {
      BatchNormParameters numbers = weights.batchNorm(norm.name());
      shift = shift * numbers.scale(row, norm.epsilon()) + numbers.shift(row, norm.epsilon());
    }
    return shift;
  }
}
