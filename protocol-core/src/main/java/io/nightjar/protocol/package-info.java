/**
 * What the two parties say to each other, and in which order.
 *
 * <p>A protocol turns a plan into rounds: which linear layer the model owner evaluates on
 * ciphertexts, what the data owner does in the clear between two of them, and what each side learns
 * on the way. This module knows batches, columns and draws, but neither Spark nor any file system:
 * whoever calls it brings the threads and the streams.
 */
package io.nightjar.protocol;
