package io.nightjar.model;

/**
 * One step of a network, without its parameters: those are in the {@link Posterior} under the
 * layer's name.
 */
public sealed interface Layer
    permits LinearLayer, Activation, MaxPool, PRelu, ResidualAdd, Softmax {

  /** Returns the name, which is unique in its network. */
  String name();

  /**
   * Returns the shape of the output for an input of this shape.
   *
   * @throws InvalidModelException naming the layer if it does not take this input
   */
  Shape output(Shape input);
}
