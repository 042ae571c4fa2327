package io.nightjar.model;

/**
 * A layer that multiplies the matrices in the channels of an earlier layer by those in the channels
 * of its input, as attention does with what queries and keys have in common.
 *
 * @param from the name of the earlier layer, or {@link #INPUT}, whose matrices are on the left
 */
public record MatMul(String name, String from) implements Joint {

  /**
   * Checks the names.
   *
   * @throws InvalidModelException if a name is not allowed
   */
  public MatMul {
    LayerChecks.joint(name, from);
  }

  @Override
  public Shape output(Shape input, Shape other) {
    if (other.channels() != input.channels() || other.width() != input.height()) {
      throw new InvalidModelException(
          "Layer %s multiplies %s of shape %s by an input of shape %s: channels must be equal, and the width on the left must be the height on the right"
              .formatted(Text.quote(name), Text.quote(from), other, input));
    }
    return new Shape(input.channels(), other.height(), input.width());
  }
}
