package io.nightjar.spark;

import io.nightjar.exchange.Section;

/**
 * What a task does with one upload: some ciphertexts of the result, for some draws.
 *
 * @param upload where the upload is
 * @param batch its batch
 * @param uploadDraw the draw in its label: 0 if it serves all draws
 * @param firstDraw the first draw to evaluate
 * @param draws how many
 * @param firstCiphertext the first ciphertext of the result
 * @param ciphertexts how many
 */
public record WorkUnit(
    Section upload,
    long batch,
    int uploadDraw,
    int firstDraw,
    int draws,
    int firstCiphertext,
    int ciphertexts) {}
