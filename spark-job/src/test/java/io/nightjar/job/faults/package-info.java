/**
 * Everything that may go wrong in a job: processes that end, disks that are full, blocks, manifests
 * and keys that are others than they should be. The job ends with one clear reason, nothing wrong
 * is published, no secret is given away, and when it is run again its results are right.
 *
 * <p>Classes with {@link io.nightjar.job.ForEachProtocol} ask that of every protocol that there is;
 * those named for a protocol, of what only that one has.
 */
package io.nightjar.job.faults;
