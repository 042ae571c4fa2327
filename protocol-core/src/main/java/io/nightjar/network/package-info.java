/**
 * A model as rounds: which layers executors evaluate on ciphertexts as one linear step, what the
 * data owner does with the result, and the weights of a step for one draw.
 *
 * <p>{@link io.nightjar.network.Network} cuts an architecture into rounds, which both parties can
 * do; {@link io.nightjar.network.StepWeights} needs the posterior, which only the model owner has.
 */
package io.nightjar.network;
