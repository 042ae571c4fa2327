package io.nightjar.plan;

/**
 * The place of one feature's numbers: that of the batch's first record lies in this slot of this
 * ciphertext, and those of the other records in the slots that follow.
 *
 * @param ciphertext the ciphertext's number, from 0
 * @param slot the first of the slots, from 0
 */
public record Place(int ciphertext, int slot) {}
