package io.nightjar.model;

/**
 * A layer that puts channels behind those of an earlier layer, which has the same height and width.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}; its channels come first
 */
public record Concat(String name, String from) implements Joint {

  /**
   * Checks the names.
   *
   * @throws InvalidModelException if a name is not allowed
   */
  public Concat {
    LayerChecks.joint(name, from);
  }

  @Override
  public Shape output(Shape input, Shape other) {
    if (input.height() != other.height() || input.width() != other.width()) {
      throw new InvalidModelException(
          "Layer %s joins %s of shape %s and an input of shape %s: height and width must be equal"
              .formatted(Text.quote(name), Text.quote(from), other, input));
    }
    return new Shape(other.channels() + input.channels(), input.height(), input.width());
  }
}
