/**
 * What the two parties of a job leave for each other on a Hadoop file system.
 *
 * <pre>
 * EXCHANGE/
 *   plan.json                          the model owner's offer
 *   jobs/JOB/
 *     public-key.bin                   the job's public key
 *     job.json                         the data owner's order, written after the key: the plan's
 *                                      digest, both owners, the key's fingerprint, how many records
 *     receipt.json                     the model owner has admitted and counted the job
 *     wave-00000/round-00/up/          blocks from the data owner
 *     wave-00000/round-00/up.json      their manifest, written last: the upload is committed
 *     wave-00000/round-00/down/        blocks from the executors
 *     wave-00000/round-00/down.json    their manifest
 *     wave-00000.done                  the data owner has the wave's results
 *     done.json                        the data owner has all its results
 *     refused.json                     one of them will not go on
 * </pre>
 *
 * <p>Beside each of these but the key and blocks is a signature (with {@code .sig} behind the
 * name), written first; without one of the right owner the file counts as absent. So while a file
 * is replaced by another, readers may see none for a moment, and look again.
 *
 * <p>On disks and HDFS a file gets its name when it is finished, by a rename. In an object store it
 * is written in its place, which one request does as a whole; where two may write, on the condition
 * that nobody else has. Listings only say where to look.
 *
 * <p>Nothing is trusted because it is there. A manifest says where the blocks of every batch and
 * draw are, with their length and BLAKE3 hash, and, by digest, which manifest it answers, so that
 * missing, changed, replayed or stale blocks are found before they are used. Files of blocks have
 * names that nothing had before and are written where they stay; of several attempts at the same
 * work the manifest names one. The hash is BLAKE3 because jobs exchange much: SHA-256, with the
 * processor's own instructions, took a fifth of all processor time. Names are checked against
 * patterns, so that nothing in an exchange can lead out of it.
 */
package io.nightjar.exchange;
