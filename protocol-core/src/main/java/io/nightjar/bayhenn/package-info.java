/**
 * The protocol {@code bayhenn} (BAYHENN, IJCAI 2019): executors evaluate a linear step on
 * ciphertexts of BFV in every round, and the data owner activates in the clear in between.
 *
 * <p>{@link io.nightjar.bayhenn.Bayhenn} is all that anybody else sees of it. Weights are drawn for
 * a batch, or, with model privacy, for every record.
 */
package io.nightjar.bayhenn;
