/**
 * What a data owner who wants to know can compute of the model.
 *
 * <p>{@link io.nightjar.privacy.LeakageMeter} predicts it from the posterior, and the attacks
 * measure it on answers: {@link io.nightjar.privacy.LeastSquaresAttack} on natural inputs, {@link
 * io.nightjar.privacy.ProbeAttack} on chosen ones, {@link io.nightjar.privacy.NoiseAttack} on the
 * noise of ciphertexts. {@link io.nightjar.privacy.Audit} runs all of them.
 */
package io.nightjar.privacy;
