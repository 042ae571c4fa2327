package io.nightjar.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameters of one network, by the names of its layers.
 *
 * @param weights the weights of dense layers and convolutions
 * @param biases the biases of those of them that have one
 * @param batchNorms the numbers of batch normalisations
 */
public record WeightSet(
    Map<String, Parameter> weights,
    Map<String, Parameter> biases,
    Map<String, BatchNormParameters> batchNorms) {

  /** Copies the maps. */
  public WeightSet {
    weights = Collections.unmodifiableMap(new TreeMap<>(weights));
    biases = Collections.unmodifiableMap(new TreeMap<>(biases));
    batchNorms = Collections.unmodifiableMap(new TreeMap<>(batchNorms));
  }

  /**
   * Returns the weights of a layer, in PyTorch's order: outputs first.
   *
   * @throws InvalidModelException if there are none
   */
  public Parameter weight(String layer) {
    return find("weights", weights, layer);
  }

  /** Returns the bias of a layer, if it has one. */
  public Optional<Parameter> bias(String layer) {
    return Optional.ofNullable(biases.get(layer));
  }

  /**
   * Returns the numbers of a batch normalisation.
   *
   * @throws InvalidModelException if there are none
   */
  public BatchNormParameters batchNorm(String layer) {
    return find("batch normalisation", batchNorms, layer);
  }

  /** Returns whether all weights and biases are point estimates. */
  public boolean isPoint() {
    return weights.values().stream().allMatch(Point.class::isInstance)
        && biases.values().stream().allMatch(Point.class::isInstance);
  }

  private static <T> T find(String what, Map<String, T> found, String layer) {
    T value = found.get(layer);
    if (value == null) {
      throw new InvalidModelException(
          "The posterior has no %s for layer %s%s"
              .formatted(what, Text.quote(layer), Text.suggestion(layer, found.keySet())));
    }
    return value;
  }
}
