/**
 * Homomorphic encryption of whole blocks of columns: a native core over SEAL, and the handles that
 * own what is in it.
 *
 * <p>Start at {@link io.nightjar.crypto.HeParameters} and {@link io.nightjar.crypto.HeContext}; a
 * data owner goes on to {@link io.nightjar.crypto.SecretKey}, {@link
 * io.nightjar.crypto.BlockEncryptor} and {@link io.nightjar.crypto.BlockDecryptor}, a model owner
 * to {@link io.nightjar.crypto.BlockEvaluator} and {@link io.nightjar.crypto.IntegerLayer}; {@link
 * io.nightjar.crypto.BlockCodec} is what passes between them.
 *
 * <p>Beside lattices there is Paillier: start at {@link io.nightjar.crypto.PaillierParameters}.
 * What the two have in common is {@link io.nightjar.crypto.EncryptedBlock}, {@link
 * io.nightjar.crypto.BlockFormat} and {@link io.nightjar.crypto.EncryptionParameters}; they are in
 * one package because these are sealed. Nothing here knows of models, protocols or files.
 */
package io.nightjar.crypto;
