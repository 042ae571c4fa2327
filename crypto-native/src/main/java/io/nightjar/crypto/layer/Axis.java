package io.nightjar.crypto.layer;

/**
 * How a window slides along one side of an image.
 *
 * @param kernel how many elements it reads
 * @param stride how far it moves
 * @param dilation how far these elements are from each other
 * @param before how many elements of padding there are before the first
 * @param after how many there are after the last
 */
public record Axis(int kernel, int stride, int dilation, int before, int after) {

  /** Checks the numbers. */
  public Axis {
    if (kernel < 1 || stride < 1 || dilation < 1 || before < 0 || after < 0) {
      throw new IllegalArgumentException(
          "A window needs positive sizes, not kernel %d, stride %d, dilation %d, padding %d and %d"
              .formatted(kernel, stride, dilation, before, after));
    }
  }

  /** Returns how far it is from the first element that it reads to behind the last. */
  public long reach() {
    return (kernel - 1L) * dilation + 1;
  }

  /** Returns how many places it has on a side of so many elements; none if it does not fit. */
  public long places(int size) {
    long room = (long) size + before + after - reach();
    return room < 0 ? 0 : room / stride + 1;
  }

  /** Returns which element it reads at a place; outside the side, it is padding. */
  public int element(int place, int tap) {
    return place * stride + tap * dilation - before;
  }
}
