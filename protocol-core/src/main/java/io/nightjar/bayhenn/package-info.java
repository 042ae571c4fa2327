/**
 * The protocol {@code bayhenn} (BAYHENN, IJCAI 2019): executors evaluate a linear step on
 * ciphertexts of BFV in every round, and the data owner activates in the clear in between.
 *
 * <p>{@link io.nightjar.bayhenn.Bayhenn} is all that anybody else sees of it. Weights are drawn for
 * a batch, or, with model privacy, for every record. What follows from how numbers lie in
 * ciphertexts, from bytes of a plan to the arithmetic, a {@code BayhennLayout} says.
 */
package io.nightjar.bayhenn;
