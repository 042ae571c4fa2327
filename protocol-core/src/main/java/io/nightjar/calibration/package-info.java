/**
 * Finds the ranges over which activations are quantised, from records such as will be scored.
 *
 * <p>It needs both the records and the posterior, so it is for the model owner.
 */
package io.nightjar.calibration;
