package io.nightjar.draw;

/**
 * Where weights are drawn, which is what they follow from beside the job's secret.
 *
 * @param batch the batch whose records they are for
 * @param round the round
 * @param draw the draw, from 0
 * @param input the digest of the upload that they meet
 */
public record DrawPlace(long batch, int round, int draw, InputDigest input) {

  /** Returns the place of weights that no ciphertexts meet. */
  public static DrawPlace withoutInput(long batch, int round, int draw) {
    return new DrawPlace(batch, round, draw, InputDigest.NONE);
  }

  /** Returns the same place in one of the levels that are evaluated as a single round. */
  public DrawPlace inLevel(int level) {
    return new DrawPlace(batch, level, draw, input);
  }
}
