/**
 * Whole jobs: what the commands {@code score}, {@code serve} and {@code agent} do.
 *
 * <p>They put the data owner's engine and the rounds on Spark together, in one process or in two,
 * and see to it that a job that was interrupted goes on where it was.
 */
package io.nightjar.job;
