package io.nightjar.crypto.layer;

import io.nightjar.crypto.EncryptedBlock;

/**
 * The geometry of a two-dimensional convolution over columns in (channel, row, column) order.
 *
 * <p>It says which columns each output position reads; the weights belong to the layer.
 */
public record Convolution(
    int channels, int height, int width, int kernel, int stride, int padding) {

  /** Checks that there is at least one output position. */
  public Convolution {
    if (channels < 1 || height < 1 || width < 1 || kernel < 1 || stride < 1 || padding < 0) {
      throw new IllegalArgumentException(
          "A convolution needs positive sizes, not %d x %d x %d, kernel %d, stride %d, padding %d"
              .formatted(channels, height, width, kernel, stride, padding));
    }
    if (height + 2L * padding < kernel || width + 2L * padding < kernel) {
      throw new IllegalArgumentException(
          "A kernel of %d does not fit %d x %d with padding %d"
              .formatted(kernel, height, width, padding));
    }
    long outputHeight = places(height, kernel, stride, padding);
    long outputWidth = places(width, kernel, stride, padding);
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

  /** Returns the height of the output. */
  public int outputHeight() {
    return (int) places(height, kernel, stride, padding);
  }

  /** Returns the width of the output. */
  public int outputWidth() {
    return (int) places(width, kernel, stride, padding);
  }

  private static long places(int size, int kernel, int stride, int padding) {
    return (size + 2L * padding - kernel) / stride + 1;
  }

  private static boolean fitsABlock(long planes, long height, long width) {
    long most = EncryptedBlock.MAX_CIPHERTEXTS;
    return planes <= most && height <= most && width <= most && planes * height * width <= most;
  }

  /** Returns the terms of each output: the weights that one map has. */
  public int terms() {
    return Math.multiplyExact(channels, Math.multiplyExact(kernel, kernel));
  }

  /** Returns the gathers of an {@link IntegerLayer}, one for each output position in row order. */
  public int[] gathers() {
    int positions = Math.multiplyExact(outputHeight(), outputWidth());
    int[] gathered = new int[Math.multiplyExact(positions, terms())];
    int next = 0;
    for (int y = 0; y < outputHeight(); y++) {
      for (int x = 0; x < outputWidth(); x++) {
        for (int channel = 0; channel < channels; channel++) {
          for (int dy = 0; dy < kernel; dy++) {
            for (int dx = 0; dx < kernel; dx++) {
              gathered[next++] =
                  column(channel, y * stride + dy - padding, x * stride + dx - padding);
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
