package io.nightjar.model;

/** A layer that reads the output of the one before it, and nothing else. */
public sealed interface Unary extends Layer
    permits LinearLayer, Activation, GroupNorm, LayerNorm, MaxPool, Pad, PRelu, Softmax, View {

  /**
   * Returns the shape of the output for an input of this shape.
   *
   * @throws InvalidModelException naming the layer if it does not take this input
   */
  Shape output(Shape input);
}
