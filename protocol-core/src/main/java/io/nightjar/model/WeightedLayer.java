package io.nightjar.model;

import java.util.List;

/** A linear layer with a matrix of weights and perhaps a bias, over which there is a posterior. */
public sealed interface WeightedLayer extends LinearLayer permits Dense, Conv2d {

  /**
   * The largest number of weights that a layer may have: as many as an array of one gibibyte holds.
   */
  int MAX_WEIGHTS = 1 << 28;

  /** Returns whether there is a bias. */
  boolean bias();

  /**
   * Returns how many outputs a dense layer has, or how many output channels a convolution has: a
   * bias has one number for each.
   */
  int biasCount();

  /** Returns the shape of the weights as PyTorch has it, outputs first. */
  List<Integer> weightShape();

  /** Returns the number of weights. */
  default int weightCount() {
    return weightShape().stream().reduce(1, (a, b) -> a * b);
  }
}
