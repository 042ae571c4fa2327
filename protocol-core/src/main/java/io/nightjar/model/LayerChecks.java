package io.nightjar.model;

/** Checks that several layers share; each throws {@link InvalidModelException}. */
final class LayerChecks {

  /** The name that stands for the network's input; no layer may have it. */
  static final String INPUT = "input";

  /** The beginning of the names of an ensemble's tensors; no layer's name may begin with it. */
  static final String MEMBER_PREFIX = "member.";

  /** The largest kernel and stride, and the largest padding of a convolution. */
  private static final int MAX_WINDOW = 1024;

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

  /** Checks a convolution's window. */
  static void window(String layer, int kernel, int stride, int padding) {
    Checks.between(field(layer, "kernel"), kernel, 1, MAX_WINDOW);
    Checks.between(field(layer, "stride"), stride, 1, MAX_WINDOW);
    Checks.between(field(layer, "padding"), padding, 0, MAX_WINDOW);
  }

  /** Checks a pool's window: as in PyTorch, no window may lie in the padding alone. */
  static void poolWindow(String layer, int kernel, int stride, int padding) {
    window(layer, kernel, stride, 0);
    Checks.between(field(layer, "padding of kernel " + kernel), padding, 0, kernel / 2);
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

  /** Returns the shape after a window has slid over the input. */
  static Shape slide(String layer, Shape input, int channels, int kernel, int stride, int padding) {
    if (input.height() + 2 * padding < kernel || input.width() + 2 * padding < kernel) {
      throw new InvalidModelException(
          "Layer %s has a kernel of %d, larger than its input of shape %s with padding %d"
              .formatted(Text.quote(layer), kernel, input, padding));
    }
    int height = (input.height() + 2 * padding - kernel) / stride + 1;
    int width = (input.width() + 2 * padding - kernel) / stride + 1;
    try {
      return new Shape(channels, height, width);
    } catch (InvalidModelException e) {
      throw new InvalidModelException(field(layer, "output: " + e.getMessage()), e);
    }
  }
}
