/**
 * The data owner's work as Spark tasks, on a cluster that the data owner trusts.
 *
 * <p>Executors see records and hold secret keys. What travels to them says only where to find
 * those: {@link io.nightjar.cluster.OwnerOpening} has places and settings, and every process opens
 * the key directory by itself, under a passphrase that it has from elsewhere. {@link
 * io.nightjar.cluster.OwnerProcess} keeps what is open, once for a process, and closes it with the
 * process.
 *
 * <p>A step of a wave is one Spark job over its batches. A task that is tried again encrypts anew
 * into a file of its own, and the manifest names the files of the attempts that Spark counts.
 */
package io.nightjar.cluster;
