/** Secrets at rest, under a passphrase, and in memory that is wiped. */
package io.nightjar.crypto.protect;
