package io.nightjar.model;

import java.util.List;

/** A linear layer with a matrix of weights and perhaps a bias, over which there is a posterior. */
public sealed interface WeightedLayer extends LinearLayer permits Dense, Conv2d {

  /** The most weights in one layer: what one array of a gibibyte holds. */
  int MAX_WEIGHTS = 1 << 28;

  /** Returns whether there is a bias. */
  boolean bias();

  /**
   * Returns how many outputs, of a dense layer, or output channels, of a convolution, there are.
   */
  int biasCount();

  /** Returns the shape of the weights as PyTorch has it, outputs first. */
  List<Integer> weightShape();

  /** Returns the number of weights. */
  default int weightCount() {
    return weightShape().stream().reduce(1, (a, b) -> a * b);
  }
}
