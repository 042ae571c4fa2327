/**
 * Predicts and measures what a curious data owner can compute of the model from the answers it
 * gets.
 *
 * <p>{@link io.nightjar.privacy.LeakageMeter} predicts it from the posterior, and attacks measure
 * it on the answers of a {@link io.nightjar.privacy.RoundOracle}: {@link
 * io.nightjar.privacy.LeastSquaresAttack} on natural inputs, {@link
 * io.nightjar.privacy.ProbeAttack} on chosen ones, {@link io.nightjar.privacy.NoiseAttack} on the
 * noise of ciphertexts. {@link io.nightjar.privacy.Audit} runs all of them.
 */
package io.nightjar.privacy;
