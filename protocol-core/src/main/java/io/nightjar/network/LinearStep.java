package io.nightjar.network;

import io.nightjar.crypto.layer.Convolution;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.model.AveragePool;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Layer;
import io.nightjar.model.LinearLayer;
import io.nightjar.model.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    return input.channels() / groups() * kernel() * kernel();
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
        new Convolution(channels, input.height(), input.width(), kernel(), stride(), padding())
            .gathers();
    int offset = group * channels * input.height() * input.width();
    for (int i = 0; i < columns.length; i++) {
      columns[i] += columns[i] == IntegerLayer.NO_COLUMN ? 0 : offset;
    }
    return columns;
  }

  /** Returns the side of the kernel of the convolution, widened by the pool that is folded in. */
  int kernel() {
    if (core instanceof Conv2d conv) {
      return conv.kernel() + pool().map(p -> (p.kernel() - 1) * conv.stride()).orElse(0);
    }
    return core instanceof AveragePool pool ? pool.kernel() : 1;
  }

  private int stride() {
    if (core instanceof Conv2d conv) {
      return conv.stride() * pool().map(AveragePool::stride).orElse(1);
    }
    return core instanceof AveragePool pool ? pool.stride() : 1;
  }

  private int padding() {
    if (core instanceof Conv2d conv) {
      return conv.padding();
    }
    return core instanceof AveragePool pool ? pool.padding() : 0;
  }
}
