/**
 * This package evaluates networks in the clear, with the same integers as the encrypted rounds, and
 * with real numbers without any quantisation.
 */
package io.nightjar.reference;
