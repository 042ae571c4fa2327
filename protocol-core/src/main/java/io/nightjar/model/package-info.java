/**
 * Models as another party hands them over: a network, and what is known of its parameters.
 *
 * <p>A {@link io.nightjar.model.Model} is an {@link io.nightjar.model.Architecture}, layers in a
 * row, and a {@link io.nightjar.model.Posterior} over their weights. {@link
 * io.nightjar.model.ModelReader} reads it from two streams and documents their format; {@link
 * io.nightjar.model.ModelWriter} writes it. Everything here is immutable and was checked when it
 * was made: whoever holds a model need not check it again. Nothing here evaluates a network,
 * quantises or draws.
 */
package io.nightjar.model;
