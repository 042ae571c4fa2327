package io.nightjar.model;

import java.util.List;

/**
 * A layer that puts out elements of its input in another order: slices, transposes, reshapes,
 * reversals, repetitions and shuffles of channels are all this.
 *
 * <p>It counts as an odometer does: the last of the {@code sizes} fastest. Where the counters stand
 * at {@code i}, the element that comes next is number {@code offset + i[0] strides[0] + i[1]
 * strides[1] + ...} of the input, in whose order the elements of a shape are numbered.
 *
 * @param shape the shape of what comes out, which has as many elements as the sizes' product
 * @param offset the number of the first element
 * @param sizes how far each counter counts
 * @param strides how many elements further each counter goes, which may be 0 or negative
 */
public record View(String name, Shape shape, int offset, List<Integer> sizes, List<Integer> strides)
    implements Unary {

  /** The most counters that there may be. */
  public static final int MAX_SIZES = 12;

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed, or the numbers contradict each other
   */
  public View {
    LayerChecks.name(name);
    sizes = List.copyOf(sizes);
    strides = List.copyOf(strides);
    Checks.between(LayerChecks.field(name, "the number of sizes"), sizes.size(), 1, MAX_SIZES);
    if (strides.size() != sizes.size()) {
      throw new InvalidModelException(
          "Layer %s has %d sizes and %d strides: there must be one for each"
              .formatted(Text.quote(name), sizes.size(), strides.size()));
    }
    long elements = 1;
    for (int size : sizes) {
      LayerChecks.count(name, "a size", size);
      elements = Math.min(elements * size, Integer.MAX_VALUE);
    }
    if (elements != shape.size()) {
      throw new InvalidModelException(
          "Layer %s has sizes %s for an output of shape %s: their product must be its %d elements"
              .formatted(Text.quote(name), sizes, shape, shape.size()));
    }
  }

  /** Returns a view that has all elements in their order, in another shape. */
  public static View reshape(String name, Shape shape) {
    return new View(name, shape, 0, List.of(shape.size()), List.of(1));
  }

  @Override
  public Shape output(Shape input) {
    long first = offset;
    long last = offset;
    for (int i = 0; i < sizes.size(); i++) {
      long way = (sizes.get(i) - 1L) * strides.get(i);
      first += Math.min(way, 0);
      last += Math.max(way, 0);
    }
    if (first < 0 || last >= input.size()) {
      throw new InvalidModelException(
          "Layer %s reads elements %d to %d, but its input of shape %s has 0 to %d"
              .formatted(Text.quote(name), first, last, input, input.size() - 1));
    }
    return shape;
  }

  /** Returns the numbers of the input's elements, in the order of the output's. */
  public int[] elements() {
    int[] elements = new int[shape.size()];
    elements[0] = offset;
    int block = 1; // what the counters behind have counted
    for (int i = sizes.size() - 1; i >= 0; i--) {
      for (int k = 1; k < sizes.get(i); k++) {
        for (int j = 0; j < block; j++) {
          elements[k * block + j] = elements[j] + k * strides.get(i);
        }
      }
      block *= sizes.get(i);
    }
    return elements;
  }
}
