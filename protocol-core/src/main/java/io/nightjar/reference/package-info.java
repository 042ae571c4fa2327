/**
 * The network in the clear: the same integers as the encrypted rounds compute, and real numbers
 * without any quantisation.
 */
package io.nightjar.reference;
