package io.nightjar.model;

/**
 * A layer that outputs the largest element of each window, not counting padding: PyTorch's {@code
 * MaxPool2d}.
 */
public record MaxPool(String name, int kernel, int stride, int padding) implements Layer {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public MaxPool {
    LayerChecks.name(name);
    LayerChecks.poolWindow(name, kernel, stride, padding);
  }

  @Override
  public Shape output(Shape input) {
    return LayerChecks.slide(name, input, input.channels(), kernel, stride, padding);
  }
}
