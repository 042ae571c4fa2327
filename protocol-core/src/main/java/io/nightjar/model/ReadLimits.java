package io.nightjar.model;

/**
 * Limits on how much of another party's model is read; whatever is longer is refused.
 *
 * @param modelJsonBytes the largest number of bytes of {@code model.json}
 * @param headerBytes the largest number of bytes of the header of {@code posterior.safetensors}
 * @param tensorBytes the largest number of bytes of all tensors together
 */
public record ReadLimits(int modelJsonBytes, int headerBytes, long tensorBytes) {

  private static final ReadLimits DEFAULTS = new ReadLimits(4 << 20, 4 << 20, 1L << 30);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public ReadLimits {
    if (modelJsonBytes < 0 || headerBytes < 0 || tensorBytes < 0) {
      throw new IllegalArgumentException(
          "Read limits %d, %d and %d: none may be negative"
              .formatted(modelJsonBytes, headerBytes, tensorBytes));
    }
  }

  /** Returns 4 MiB for {@code model.json}, 4 MiB for the header, 1 GiB for the tensors. */
  public static ReadLimits defaults() {
    return DEFAULTS;
  }
}
