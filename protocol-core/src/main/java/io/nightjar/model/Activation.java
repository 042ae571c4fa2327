package io.nightjar.model;

/** A function of one number, applied to each element on its own. */
public sealed interface Activation extends Layer
    permits Relu, LeakyRelu, Sigmoid, Tanh, Gelu, Square, Quadratic {

  @Override
  default Shape output(Shape input) {
    return input;
  }
}
