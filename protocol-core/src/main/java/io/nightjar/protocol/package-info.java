/**
 * The seam between protocols and everything else: what a {@link io.nightjar.protocol.Protocol} must
 * provide, and what all of them share.
 *
 * <p>{@link io.nightjar.protocol.DataOwner} opens batches that go through the rounds of a plan with
 * a protocol's {@link io.nightjar.protocol.OwnerCodec}; {@link io.nightjar.protocol.RoundEvaluator}
 * evaluates uploads with a protocol's {@link io.nightjar.protocol.RoundArithmetic}, which opens
 * each of them once ({@link io.nightjar.protocol.PreparedUpload}) for all draws. This module knows
 * batches, ciphertexts and draws, but neither Spark nor any file system: whoever calls it brings
 * the threads and the streams.
 */
package io.nightjar.protocol;
