/**
 * Models as another party hands them over: a network, and what is known of its parameters.
 *
 * <p>A {@link io.nightjar.model.Model} is an {@link io.nightjar.model.Architecture}, layers in a
 * row, and a {@link io.nightjar.model.Posterior} over their weights. {@link
 * io.nightjar.model.ModelReader} reads it from two streams and documents their format; {@link
 * io.nightjar.model.ModelWriter} writes it. {@link io.nightjar.model.LayerTypes} is the table of
 * all types of layers: a new activation is one class and one row there. Everything here is
 * immutable and was checked when it was made: whoever holds a model need not check it again. An
 * activation knows its own function, but nothing here evaluates a network, quantises or draws.
 */
package io.nightjar.model;
