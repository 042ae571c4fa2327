/**
 * Encryption with Paillier: its keys, its ciphertexts, and the arithmetic modulo large numbers that
 * they need.
 *
 * <p>Start at {@link io.nightjar.crypto.paillier.PaillierParameters} and {@link
 * io.nightjar.crypto.paillier.PaillierSecretKey}.
 */
package io.nightjar.crypto.paillier;
