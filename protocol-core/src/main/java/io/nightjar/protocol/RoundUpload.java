package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.draw.InputDigest;
import io.nightjar.plan.Round;

/**
 * An upload that has reached the model owner.
 *
 * @param round the round that it is for
 * @param label its label
 * @param block its ciphertexts, which stay the caller's
 * @param digest the digest of the upload as it travels, from which draws and masks follow
 */
public record RoundUpload(
    Round round, BlockLabel label, EncryptedBlock block, InputDigest digest) {}
