package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.InputDigest;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Round;

/**
 * A piece of a model owner's work: some ciphertexts of a round's result, for one draw.
 *
 * @param round the round
 * @param label the label of the upload
 * @param upload the upload itself, which stays the caller's
 * @param digest the digest of the upload as it travels
 * @param draw the draw, from 0
 * @param range the ciphertexts of the result that are wanted
 * @param mostBytes about the native memory that one block of results may take; one ciphertext, or
 *     what can only be made together, is always allowed
 */
public record RoundTask(
    Round round,
    BlockLabel label,
    EncryptedBlock upload,
    InputDigest digest,
    int draw,
    CiphertextRange range,
    long mostBytes) {

  /** Returns where the task's weights are drawn. */
  public DrawPlace place() {
    return new DrawPlace(label.batch(), round.index(), draw, digest);
  }

  /** Returns the label of a result whose first ciphertext has this number. */
  public BlockLabel result(int firstCiphertext) {
    return new BlockLabel(label.job(), label.batch(), label.round(), draw, firstCiphertext);
  }
}
