package io.nightjar.plan;

/**
 * A range of consecutive ciphertexts of a round's result, which one piece of work makes.
 *
 * @param first the number of the first ciphertext
 * @param count how many ciphertexts there are; at least 1
 */
public record CiphertextRange(int first, int count) {

  /** Checks the numbers. */
  public CiphertextRange {
    if (first < 0 || count < 1 || count > Integer.MAX_VALUE - first) {
      throw new IllegalArgumentException(
          "%d ciphertexts from ciphertext %d".formatted(count, first));
    }
  }

  /** Returns the number after the last one. */
  public int end() {
    return first + count;
  }
}
