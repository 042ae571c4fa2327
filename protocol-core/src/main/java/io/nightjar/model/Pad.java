package io.nightjar.model;

import java.util.List;

/**
 * A layer that puts elements around those of every channel.
 *
 * @param padding how many there are at the top, left, bottom and right
 * @param mode what they are
 * @param value the number that they are in the mode {@link Mode#CONSTANT}
 */
public record Pad(String name, List<Integer> padding, Mode mode, double value) implements Unary {

  /** What is put around. */
  public enum Mode {
    /** The same number everywhere. */
    CONSTANT,
    /** The nearest element. */
    EDGE,
    /** The elements as in a mirror, which stands on the outermost ones. */
    REFLECT
  }

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public Pad {
    LayerChecks.name(name);
    padding = List.copyOf(padding);
    Checks.between(LayerChecks.field(name, "the numbers of padding"), padding.size(), 4, 4);
    for (int side : padding) {
      Checks.between(LayerChecks.field(name, "padding"), side, 0, Shape.MAX_SIZE);
    }
    Checks.finite(LayerChecks.field(name, "value"), value);
  }

  @Override
  public Shape output(Shape input) {
    side(input.height(), padding.get(0), padding.get(2));
    side(input.width(), padding.get(1), padding.get(3));
    return new Shape(
        input.channels(),
        input.height() + padding.get(0) + padding.get(2),
        input.width() + padding.get(1) + padding.get(3));
  }

  private void side(int size, int before, int after) {
    if (mode == Mode.REFLECT && Math.max(before, after) >= size) {
      throw new InvalidModelException(
          "Layer %s mirrors %d elements where there are %d: there must be more"
              .formatted(Text.quote(name), Math.max(before, after), size));
    }
  }

  /**
   * Returns which element of a row or column of the input stands at a place of the output, or -1 if
   * it is {@link #value()}.
   *
   * @param place the place in the output
   * @param before how many elements of padding come before the first of the input
   * @param size how many elements the input has
   */
  public int element(int place, int before, int size) {
    int element = place - before;
    if (element >= 0 && element < size) {
      return element;
    }
    return switch (mode) {
      case CONSTANT -> -1;
      case EDGE -> element < 0 ? 0 : size - 1;
      case REFLECT -> element < 0 ? -element : 2 * (size - 1) - element;
    };
  }
}
