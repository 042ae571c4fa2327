package io.nightjar.network;

import io.nightjar.crypto.layer.Axis;
import io.nightjar.crypto.layer.Convolution;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.model.AveragePool;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Layer;
import io.nightjar.model.LinearLayer;
import io.nightjar.model.Shape;
import io.nightjar.model.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The linear part of a round: a dense layer or a convolution, with the batch norms and the average
 * pool that follow it folded in, as rows of weights over gathered columns.
 *
 * @param core the layer with the weights, or a batch norm or average pool that stands alone
 * @param folded the layers folded into the core, in order: batch norms, and at most one average
 *     pool
 * @param input the shape that it reads
 * @param output the shape that it produces
 */
public record LinearStep(Layer core, List<LinearLayer> folded, Shape input, Shape output) {

  /** Copies the list. */
  public LinearStep {
    folded = List.copyOf(folded);
  }

  /** Returns the batch norms folded into the core, in order. */
  public List<BatchNorm> norms() {
    return folded.stream().filter(BatchNorm.class::isInstance).map(BatchNorm.class::cast).toList();
  }

  /** Returns the average pool folded into the core, if there is one. */
  public Optional<AveragePool> pool() {
    return folded.stream()
        .filter(AveragePool.class::isInstance)
        .map(AveragePool.class::cast)
        .findFirst();
  }

  /** Returns the layer whose output is the output of this step. */
  public Layer last() {
    return folded.isEmpty() ? core : folded.get(folded.size() - 1);
  }

  /** Returns the names of all layers in it, for people: {@code conv1 + bn1 + pool1}. */
  public String title() {
    return Stream.concat(Stream.of(core), folded.stream())
        .map(Layer::name)
        .collect(Collectors.joining(" + "));
  }

  /** Returns the rows of weights: outputs of a dense layer, output channels of a convolution. */
  public int rows() {
    return output.channels();
  }

  /** Returns the positions that every row is evaluated at. */
  public int positions() {
    return output.height() * output.width();
  }

  /** Returns the groups, which read different input channels and are otherwise alike. */
  public int groups() {
    if (core instanceof Conv2d conv) {
      return conv.groups();
    }
    return core instanceof Dense ? 1 : input.channels();
  }

  /** Returns the rows of one group. */
  public int rowsPerGroup() {
    return rows() / groups();
  }

  /** Returns the terms of each row. */
  public int terms() {
    if (core instanceof Dense dense) {
      return dense.inputs();
    }
    return input.channels() / groups() * vertical().kernel() * horizontal().kernel();
  }

  /**
   * Returns the numbers of the columns that the rows of a group gather, position after position.
   */
  public int[] gathered(int group) {
    if (core instanceof Dense dense) {
      int[] all = new int[dense.inputs()];
      Arrays.setAll(all, k -> k);
      return all;
    }
    int channels = input.channels() / groups();
    int[] columns =
        new Convolution(channels, input.height(), input.width(), vertical(), horizontal())
            .gathers();
    int offset = group * channels * input.height() * input.width();
    for (int i = 0; i < columns.length; i++) {
      columns[i] += columns[i] == IntegerLayer.NO_COLUMN ? 0 : offset;
    }
    return columns;
  }

  /** Returns how rows slide down, over the windows of the pool that is folded in. */
  Axis vertical() {
    return axis(Window::vertical, input.height(), output.height());
  }

  /** Returns how rows slide to the right. */
  Axis horizontal() {
    return axis(Window::horizontal, input.width(), output.width());
  }

  /**
   * Returns a side of the window of the core, widened by the pool that is folded in. Its padding
   * after the end is as much as it reads there, which is more than the window's own where it
   * reaches beyond that.
   */
  private Axis axis(Function<Window, Window.Side> side, int size, int places) {
    Window.Side own = side.apply(window());
    int kernel = own.kernel();
    int stride = own.stride();
    if (pool().isPresent()) { // which has no gaps, and neither has what it folds into
      Window.Side pooled = side.apply(pool().get().window());
      kernel += (pooled.kernel() - 1) * stride;
      stride *= pooled.stride();
    }
    int reach = (kernel - 1) * own.dilation() + 1;
    int after = Math.max(0, (places - 1) * stride + reach - own.before() - size);
    return new Axis(kernel, stride, own.dilation(), own.before(), after);
  }

  private Window window() {
    if (core instanceof Conv2d conv) {
      return conv.window();
    }
    return core instanceof AveragePool pool ? pool.window() : Window.square(1, 1, 0);
  }
}
