/**
 * Homomorphic encryption of whole blocks: the words that all schemes share.
 *
 * <p>An {@link io.nightjar.crypto.EncryptedBlock} is what is computed on, a {@link
 * io.nightjar.crypto.BlockFormat} writes and reads it, and {@link
 * io.nightjar.crypto.EncryptionParameters} say how it was encrypted; the packages below have what
 * implements them, {@code lattice} and {@code paillier}. Nothing here knows of native code, and
 * nothing below of models, protocols or files.
 */
package io.nightjar.crypto;
