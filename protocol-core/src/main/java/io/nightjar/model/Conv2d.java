package io.nightjar.model;

import java.util.List;

/**
 * A convolution: PyTorch's {@code Conv2d}, and on shapes of height 1 its {@code Conv1d}.
 *
 * @param window how the kernels slide
 * @param groups the parts into which input and output channels are divided, each convolved on its
 *     own
 */
public record Conv2d(
    String name, int inputChannels, int outputChannels, Window window, int groups, boolean bias)
    implements WeightedLayer {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed, a number out of range, or {@code
   *     groups} does not divide the channels
   */
  public Conv2d {
    LayerChecks.name(name);
    LayerChecks.count(name, "inputChannels", inputChannels);
    LayerChecks.count(name, "outputChannels", outputChannels);
    window.check(name);
    LayerChecks.count(name, "groups", groups);
    if (inputChannels % groups != 0 || outputChannels % groups != 0) {
      throw new InvalidModelException(
          "%s is %d: it must divide the %d input channels and the %d output channels"
              .formatted(LayerChecks.field(name, "groups"), groups, inputChannels, outputChannels));
    }
    LayerChecks.weights(name, (long) outputChannels * (inputChannels / groups) * window.size());
  }

  /** Creates one with square kernels, the same stride both ways, and padding all around. */
  public Conv2d(
      String name,
      int inputChannels,
      int outputChannels,
      int kernel,
      int stride,
      int padding,
      int groups,
      boolean bias) {
    this(name, inputChannels, outputChannels, Window.square(kernel, stride, padding), groups, bias);
  }

  @Override
  public Shape output(Shape input) {
    LayerChecks.channels(name, inputChannels, input);
    return window.output(name, input, outputChannels);
  }

  @Override
  public int biasCount() {
    return outputChannels;
  }

  /**
   * Returns the number of output channels, the number of input channels of one group, and the
   * height and width of the kernel.
   */
  @Override
  public List<Integer> weightShape() {
    return List.of(
        outputChannels,
        inputChannels / groups,
        window.vertical().kernel(),
        window.horizontal().kernel());
  }
}
