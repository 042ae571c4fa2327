/**
 * This package has the encryption keys of a data owner's job, whatever they encrypt with: they are
 * drawn, put under a passphrase, opened, and shown to a model owner as a public key with a
 * fingerprint.
 *
 * <p>{@link io.nightjar.keys.KeyScheme} is what a scheme must provide; {@link
 * io.nightjar.keys.LatticeKeys} and {@link io.nightjar.keys.PaillierKeys} are the two that there
 * are. The model owner's executors use nothing here but public keys.
 */
package io.nightjar.keys;
