/**
 * Encryption with lattices, BFV and CKKS: a native core over SEAL, and the handles that own what is
 * in it.
 *
 * <p>Start at {@link io.nightjar.crypto.lattice.HeParameters} and {@link
 * io.nightjar.crypto.lattice.HeContext}; a data owner goes on to {@link
 * io.nightjar.crypto.lattice.SecretKey}, {@link io.nightjar.crypto.lattice.BlockEncryptor} and
 * {@link io.nightjar.crypto.lattice.BlockDecryptor}, a model owner to {@link
 * io.nightjar.crypto.lattice.BlockEvaluator}; {@link io.nightjar.crypto.lattice.BlockCodec} is what
 * passes between them.
 */
package io.nightjar.crypto.lattice;
