/**
 * The model owner's randomness: everything random in a job is a function of one secret and of the
 * purpose it serves.
 *
 * <p>A {@link io.nightjar.draw.JobSecret} is drawn fresh for every job. From it and from the
 * numbers that say where it is used (batch, round, draw, digest of the upload) a {@link
 * io.nightjar.draw.KeyedStream} makes bytes that nobody without the secret can tell from random
 * ones, and a {@link io.nightjar.draw.TruncatedNormal} makes bounded deviations of weights from
 * those. So a task that is retried or run twice writes the same bytes, on any machine and any JVM,
 * and two uses with different numbers have nothing in common.
 *
 * <p>Nothing here knows models, plans or ciphertexts, and nothing here makes keys or the noise of
 * encryption: those come from the operating system's randomness in {@code io.nightjar.crypto}.
 */
package io.nightjar.draw;
