package io.nightjar.model;

/** Checks that several layers share; each throws {@link InvalidModelException}. */
final class LayerChecks {

  /** The name that stands for the network's input; no layer may have it. */
  static final String INPUT = "input";

  /** The beginning of the names of an ensemble's tensors; no layer's name may begin with it. */
  static final String MEMBER_PREFIX = "member.";

  private LayerChecks() {}

  static void name(String name) {
    Checks.name("Layer name", name);
    if (name.equals(INPUT) || name.startsWith(MEMBER_PREFIX)) {
      throw new InvalidModelException(
          "Layer name %s: %s and names that begin with %s have another meaning"
              .formatted(Text.quote(name), Text.quote(INPUT), Text.quote(MEMBER_PREFIX)));
    }
  }

  static String field(String layer, String field) {
    return "Layer %s: %s".formatted(Text.quote(layer), field);
  }

  static void count(String layer, String field, int value) {
    Checks.between(field(layer, field), value, 1, Shape.MAX_SIZE);
  }

  static void weights(String layer, long weights) {
    Checks.between(field(layer, "the number of weights"), weights, 1, WeightedLayer.MAX_WEIGHTS);
  }

  static Shape flat(String layer, Shape input) {
    if (!input.isFlat()) {
      throw new InvalidModelException(
          "Layer %s takes a vector, but its input has shape %s: put a flatten layer before it"
              .formatted(Text.quote(layer), input));
    }
    return input;
  }

  static void channels(String layer, int channels, Shape input) {
    if (input.channels() != channels) {
      throw new InvalidModelException(
          "Layer %s takes %d channels, but its input of shape %s has %d"
              .formatted(Text.quote(layer), channels, input, input.channels()));
    }
  }
}
