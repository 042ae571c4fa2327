package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.draw.DrawPlace;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Round;

/**
 * A piece of a model owner's work: some ciphertexts of a round's result, for one draw.
 *
 * @param upload the upload
 * @param draw the draw, from 0
 * @param range the ciphertexts of the result that are wanted
 * @param mostBytes about the native memory that one block of results may take; one ciphertext, or
 *     what can only be made together, is always allowed
 */
public record RoundTask(RoundUpload upload, int draw, CiphertextRange range, long mostBytes) {

  /** Returns the round. */
  public Round round() {
    return upload.round();
  }

  /** Returns where the task's weights are drawn. */
  public DrawPlace place() {
    return new DrawPlace(upload.label().batch(), round().index(), draw, upload.digest());
  }

  /** Returns the label of a result whose first ciphertext has this number. */
  public BlockLabel result(int firstCiphertext) {
    BlockLabel label = upload.label();
    return new BlockLabel(label.job(), label.batch(), label.round(), draw, firstCiphertext);
  }
}
