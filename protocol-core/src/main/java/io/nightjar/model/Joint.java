package io.nightjar.model;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A layer that reads the output of an earlier layer, or the network's input, beside the output of
 * the one before it: where branches of a network begin and meet.
 */
public sealed interface Joint extends Layer
    permits Concat, MatMul, Multiply, Recall, ResidualAdd, Subtract {

  /** The value of {@link #from()} that stands for the network's input. */
  String INPUT = LayerChecks.INPUT;

  /** Returns the name of the earlier layer, or {@link #INPUT}. */
  String from();

  /**
   * Returns the shape of the output.
   *
   * @param input the shape of the output of the layer before
   * @param other the shape of the output of the earlier layer
   * @throws InvalidModelException naming the layer if the two do not fit
   */
  Shape output(Shape input, Shape other);

  /** Returns the names of all earlier layers that these layers read. */
  static Set<String> sources(Stream<Layer> layers) {
    return layers
        .filter(Joint.class::isInstance)
        .map(layer -> ((Joint) layer).from())
        .collect(Collectors.toUnmodifiableSet());
  }
}
