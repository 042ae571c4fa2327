/**
 * This package has what the protocols share whose executors evaluate one linear step of integers in
 * a round, and whose data owner activates in between: how weights become integers, the rounds of a
 * plan, draws for a batch, and the work on both sides that does not depend on the scheme.
 *
 * <p>A protocol brings an {@link io.nightjar.rounds.IntegerCipher} for the data owner and {@link
 * io.nightjar.rounds.TiledResults} for the model owner.
 */
package io.nightjar.rounds;
