package io.nightjar.model;

/**
 * The shape of one record's values at one place of the network: so many channels of height by width
 * elements.
 *
 * <p>Elements are in channel-major order: element (c, y, x) is number {@code (c * height + y) *
 * width + x}. A vector has as many channels as elements, each of 1 by 1.
 */
public record Shape(int channels, int height, int width) {

  /** The largest number of elements that a shape may have. */
  public static final int MAX_SIZE = 1 << 20;

  /**
   * Checks the sides.
   *
   * @throws InvalidModelException unless every side is at least 1 and the size at most {@link
   *     #MAX_SIZE}
   */
  public Shape {
    boolean positive = channels >= 1 && height >= 1 && width >= 1;
    boolean small =
        channels <= MAX_SIZE
            && (long) channels * height <= MAX_SIZE
            && (long) channels * height * width <= MAX_SIZE;
    if (!positive || !small) {
      throw new InvalidModelException(
          "Shape %dx%dx%d: every side must be at least 1, and the product at most %d"
              .formatted(channels, height, width, MAX_SIZE));
    }
  }

  /** Returns the shape of a vector of {@code n} elements. */
  public static Shape flat(int n) {
    return new Shape(n, 1, 1);
  }

  /** Returns the number of elements. */
  public int size() {
    return channels * height * width;
  }

  /** Returns whether this is the shape of a vector. */
  public boolean isFlat() {
    return height == 1 && width == 1;
  }

  /** Returns the number of an element. */
  public int index(int channel, int y, int x) {
    return (channel * height + y) * width + x;
  }

  /** Returns {@code "784"} for a vector, {@code "16x12x12"} for anything else. */
  @Override
  public String toString() {
    return isFlat() ? Integer.toString(channels) : channels + "x" + height + "x" + width;
  }
}
