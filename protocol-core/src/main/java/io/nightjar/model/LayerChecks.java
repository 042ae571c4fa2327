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

  /** Checks the names of a layer and of the one whose output it reads. */
  static void joint(String name, String from) {
    name(name);
    if (!from.equals(INPUT)) {
      name(from);
    }
  }

  static void epsilon(String layer, double epsilon) {
    if (!(epsilon > 0 && epsilon <= 1)) {
      throw new InvalidModelException(
          "%s is %s: it must be more than 0 and at most 1"
              .formatted(field(layer, "epsilon"), epsilon));
    }
  }

  /** Returns the shape of two that are combined, of which one may have sides of 1. */
  static Shape paired(String layer, String does, String from, Shape input, Shape other) {
    boolean fit =
        fit(input.channels(), other.channels())
            && fit(input.height(), other.height())
            && fit(input.width(), other.width());
    if (!fit) {
      throw new InvalidModelException(
          "Layer %s %s %s of shape %s and has an input of shape %s: sides must be equal, or 1"
              .formatted(Text.quote(layer), does, Text.quote(from), other, input));
    }
    return new Shape(
        Math.max(input.channels(), other.channels()),
        Math.max(input.height(), other.height()),
        Math.max(input.width(), other.width()));
  }

  private static boolean fit(int one, int other) {
    return one == other || one == 1 || other == 1;
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
