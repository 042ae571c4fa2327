package io.nightjar.model;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A network and what is known of its parameters; the one fits the other. */
public record Model(Architecture architecture, Posterior posterior) {

  /**
   * Checks that the posterior has what the architecture needs, and nothing else.
   *
   * @throws InvalidModelException naming the layer whose parameters are missing, of the wrong size,
   *     or not wanted
   */
  public Model {
    for (WeightSet member : posterior.members()) {
      checkMember(architecture, member);
    }
  }

  private static void checkMember(Architecture architecture, WeightSet member) {
    for (Layer layer : architecture.layers()) {
      if (layer instanceof WeightedLayer weighted) {
        checkSize(layer, "weights", weighted.weightCount(), member.weight(layer.name()).size());
        checkBias(weighted, member);
      } else if (layer instanceof BatchNorm norm) {
        int channels = member.batchNorm(layer.name()).channels();
        checkSize(layer, "channels of batch normalisation", norm.channels(), channels);
      }
    }
    checkWanted("weights", member.weights(), namesOf(architecture, WeightedLayer.class));
    checkWanted("a bias", member.biases(), namesOf(architecture, WeightedLayer.class));
    checkWanted("batch normalisation", member.batchNorms(), namesOf(architecture, BatchNorm.class));
  }

  private static void checkBias(WeightedLayer layer, WeightSet member) {
    Parameter bias = member.biases().get(layer.name());
    if ((bias != null) != layer.bias()) {
      throw new InvalidModelException(
          "Layer %s: the architecture says bias %s, but the posterior has %s"
              .formatted(Text.quote(layer.name()), layer.bias(), bias == null ? "none" : "one"));
    }
    if (bias != null) {
      checkSize(layer, "biases", layer.biasCount(), bias.size());
    }
  }

  private static void checkSize(Layer layer, String what, int expected, int actual) {
    if (actual != expected) {
      throw new InvalidModelException(
          "Layer %s: the posterior has %d %s: there must be %d"
              .formatted(Text.quote(layer.name()), actual, what, expected));
    }
  }

  private static void checkWanted(String what, Map<String, ?> given, Set<String> wanted) {
    for (String layer : given.keySet()) {
      if (!wanted.contains(layer)) {
        throw new InvalidModelException(
            "The posterior has %s for %s, which is no layer that takes them"
                .formatted(what, Text.quote(layer)));
      }
    }
  }

  private static Set<String> namesOf(Architecture architecture, Class<? extends Layer> type) {
    return architecture.layers().stream()
        .filter(type::isInstance)
        .map(Layer::name)
        .collect(Collectors.toSet());
  }
}
