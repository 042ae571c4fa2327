package io.nightjar.crypto.layer;

import io.nightjar.crypto.EncryptedBlock;

/**
 * The geometry of a two-dimensional convolution over columns in (channel, row, column) order.
 *
 * <p>It says which columns each output position reads; the weights belong to the layer.
 *
 * @param vertical how the window slides down
 * @param horizontal how it slides to the right
 */
public record Convolution(int channels, int height, int width, Axis vertical, Axis horizontal) {

  /** Checks that there is at least one output position. */
  public Convolution {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "A convolution needs positive sizes, not %d x %d x %d"
              .formatted(channels, height, width));
    }
    long outputHeight = vertical.places(height);
    long outputWidth = horizontal.places(width);
    if (outputHeight < 1 || outputWidth < 1) {
      throw new IllegalArgumentException(
          "A window that reaches over %d x %d does not fit %d x %d with its padding"
              .formatted(vertical.reach(), horizontal.reach(), height, width));
    }
    if (!fitsABlock(channels, height, width) || !fitsABlock(1, outputHeight, outputWidth)) {
      throw new IllegalArgumentException(
          "A convolution from %d x %d x %d columns to %d x %d: a block has at most %d"
              .formatted(
                  channels,
                  height,
                  width,
                  outputHeight,
                  outputWidth,
                  EncryptedBlock.MAX_CIPHERTEXTS));
    }
  }

  /** Creates one with square kernels, the same stride both ways, and padding on all sides. */
  public Convolution(int channels, int height, int width, int kernel, int stride, int padding) {
    this(
        channels,
        height,
        width,
        new Axis(kernel, stride, 1, padding, padding),
        new Axis(kernel, stride, 1, padding, padding));
  }

  /** Returns the height of the output. */
  public int outputHeight() {
    return (int) vertical.places(height);
  }

  /** Returns the width of the output. */
  public int outputWidth() {
    return (int) horizontal.places(width);
  }

  private static boolean fitsABlock(long planes, long height, long width) {
    long most = EncryptedBlock.MAX_CIPHERTEXTS;
    return planes <= most && height <= most && width <= most && planes * height * width <= most;
  }

  /** Returns the terms of each output: the weights that one map has. */
  public int terms() {
    return Math.multiplyExact(channels, Math.multiplyExact(vertical.kernel(), horizontal.kernel()));
  }

  /** Returns the gathers of an {@link IntegerLayer}, one for each output position in row order. */
  public int[] gathers() {
    int positions = Math.multiplyExact(outputHeight(), outputWidth());
    int[] gathered = new int[Math.multiplyExact(positions, terms())];
    int next = 0;
    for (int y = 0; y < outputHeight(); y++) {
      for (int x = 0; x < outputWidth(); x++) {
        for (int channel = 0; channel < channels; channel++) {
          for (int dy = 0; dy < vertical.kernel(); dy++) {
            for (int dx = 0; dx < horizontal.kernel(); dx++) {
              gathered[next++] =
                  column(channel, vertical.element(y, dy), horizontal.element(x, dx));
            }
          }
        }
      }
    }
    return gathered;
  }

  private int column(int channel, int y, int x) {
    boolean inside = y >= 0 && y < height && x >= 0 && x < width;
    return inside ? (channel * height + y) * width + x : IntegerLayer.NO_COLUMN;
  }
}
