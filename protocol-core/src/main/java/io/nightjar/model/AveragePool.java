package io.nightjar.model;

/**
 * A layer that outputs the mean of each window, in which padding counts as zeros: PyTorch's {@code
 * AvgPool2d}.
 */
public record AveragePool(String name, int kernel, int stride, int padding) implements LinearLayer {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public AveragePool {
    LayerChecks.name(name);
    LayerChecks.poolWindow(name, kernel, stride, padding);
  }

  @Override
  public Shape output(Shape input) {
    return LayerChecks.slide(name, input, input.channels(), kernel, stride, padding);
  }
}
