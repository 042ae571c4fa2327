package io.nightjar.model;

/**
 * A layer that outputs the largest element of each window, not counting padding: PyTorch's {@code
 * MaxPool2d}, and on shapes of height 1 its {@code MaxPool1d}.
 *
 * @param window how the window slides
 */
public record MaxPool(String name, Window window) implements Unary {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public MaxPool {
    LayerChecks.name(name);
    window.check(name);
  }

  /** Creates one with a square window, the same stride both ways, and padding all around. */
  public MaxPool(String name, int kernel, int stride, int padding) {
    this(name, Window.square(kernel, stride, padding));
  }

  @Override
  public Shape output(Shape input) {
    Shape output = window.output(name, input, input.channels());
    window.requireElements(name, input);
    return output;
  }
}
