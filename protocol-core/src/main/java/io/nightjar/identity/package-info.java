/**
 * This package has the identities by which the two owners of a job know each other: they are drawn,
 * kept on a disk under a passphrase, opened, and sign what an owner says.
 *
 * <p>{@link io.nightjar.identity.IdentityDirectory}, which survives whatever ends a process that
 * changes it, and {@link io.nightjar.identity.PoisonMark} hold the only files that this module
 * touches. What is encrypted with keys of a job's own is in {@code io.nightjar.keys}. Executors use
 * nothing here.
 */
package io.nightjar.identity;
