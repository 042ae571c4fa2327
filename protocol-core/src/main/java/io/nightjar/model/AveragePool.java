package io.nightjar.model;

/**
 * A layer that outputs the mean of each window: PyTorch's {@code AvgPool2d}, and on shapes of
 * height 1 its {@code AvgPool1d}.
 *
 * @param window how the window slides
 * @param countPadding whether padding counts as zeros, or not at all; what is beyond the padding
 *     never counts
 */
public record AveragePool(String name, Window window, boolean countPadding) implements LinearLayer {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public AveragePool {
    LayerChecks.name(name);
    window.check(name);
  }

  /** Creates one with a square window, the same stride both ways, and padding that counts. */
  public AveragePool(String name, int kernel, int stride, int padding) {
    this(name, Window.square(kernel, stride, padding), true);
  }

  @Override
  public Shape output(Shape input) {
    Shape output = window.output(name, input, input.channels());
    window.requireElements(name, input);
    return output;
  }

  /** Returns what the sum of a window is divided by. */
  public int divisor(Shape input, int y, int x) {
    return counted(window.vertical(), input.height(), y)
        * counted(window.horizontal(), input.width(), x);
  }

  private int counted(Window.Side side, int size, int place) {
    int from = countPadding ? -side.before() : 0;
    int to = countPadding ? size + side.after() : size;
    int counted = 0;
    for (int tap = 0; tap < side.kernel(); tap++) {
      int at = side.element(place, tap);
      counted += at >= from && at < to ? 1 : 0;
    }
    return counted;
  }

  /** Returns whether all windows are divided by the same, so that the pool is a convolution. */
  public boolean isUniform(Shape input) {
    Shape output = output(input);
    for (int y = 0; y < output.height(); y++) {
      for (int x = 0; x < output.width(); x++) {
        if (divisor(input, y, x) != window.size()) {
          return false;
        }
      }
    }
    return true;
  }
}
