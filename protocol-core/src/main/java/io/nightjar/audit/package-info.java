/**
 * Predicts and measures what a curious data owner can compute of a model from the outputs of every
 * round.
 *
 * <p>{@link io.nightjar.audit.LeakageMeter} predicts it from the posterior, and attacks measure it
 * on the answers of a {@link io.nightjar.audit.RoundOracle}: {@link
 * io.nightjar.audit.LeastSquaresAttack} on natural inputs, {@link io.nightjar.audit.ProbeAttack} on
 * chosen ones. {@link io.nightjar.audit.Audit} runs all of them.
 */
package io.nightjar.audit;
