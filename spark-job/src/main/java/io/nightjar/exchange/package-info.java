/**
 * What the two parties of a job leave for each other on a Hadoop file system.
 *
 * <pre>
 * EXCHANGE/
 *   plan.json                          the model owner's offer
 *   jobs/JOB/
 *     public-key.bin                   the data owner's public key
 *     job.json                         the data owner's order, written after its key: the plan's
 *                                      digest, the key's fingerprint, how many records
 *     wave-00000/round-00/up/          blocks from the data owner
 *     wave-00000/round-00/up.json      their manifest, written last: the upload is committed
 *     wave-00000/round-00/down/        blocks from the executors
 *     wave-00000/round-00/down.json    their manifest
 *     done.json                        the data owner has all its results
 * </pre>
 *
 * <p>Nothing is trusted because it is there. A manifest names every file with its length and BLAKE3
 * hash and, by digest, the manifest that it answers, so that a missing, changed, replayed or stale
 * file is found before it is used. The hash is BLAKE3 because jobs exchange much: SHA-256, with the
 * processor's own instructions, took a fifth of all processor time. Names are checked against
 * patterns, so that nothing in an exchange can lead out of it.
 */
package io.nightjar.exchange;
