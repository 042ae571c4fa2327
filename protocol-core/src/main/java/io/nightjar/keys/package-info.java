/**
 * This package has the keys of a data owner, whatever they encrypt with: they are drawn, kept on a
 * disk under a passphrase, opened, and shown to a model owner as a public key with a fingerprint.
 *
 * <p>{@link io.nightjar.keys.KeyScheme} is what a scheme must provide; {@link
 * io.nightjar.keys.LatticeKeys} and {@link io.nightjar.keys.PaillierKeys} are the two that there
 * are. {@link io.nightjar.keys.KeyDirectory}, which survives whatever ends a process that changes
 * it, and {@link io.nightjar.keys.KeyPoison} hold the only files that this module touches. The
 * model owner's executors use nothing here but public keys.
 */
package io.nightjar.keys;
