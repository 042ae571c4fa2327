package io.nightjar.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a window slides over a shape.
 *
 * @param vertical how it slides down
 * @param horizontal how it slides to the right
 * @param ceil whether it also stands where it only begins in the shape or its padding, beyond whose
 *     end it then reaches
 */
public record Window(Side vertical, Side horizontal, boolean ceil) {

  /** The largest kernel, stride, dilation and padding. */
  private static final int MOST = 1024;

  /**
   * How it slides along one side.
   *
   * @param kernel how many elements it has
   * @param stride how far it moves
   * @param dilation how far its elements are from each other
   * @param before the padding before the first element of the shape
   * @param after the padding after the last
   */
  public record Side(int kernel, int stride, int dilation, int before, int after) {

    /** Returns how far it is from its first element to behind its last. */
    public int reach() {
      return (kernel - 1) * dilation + 1;
    }

    /** Returns where, in the shape, an element of the window is at a place. */
    public int element(int place, int tap) {
      return place * stride + tap * dilation - before;
    }

    private int places(int size, boolean ceil) {
      int room = size + before + after - reach();
      if (room < 0) {
        return 0;
      }
      int places = room / stride + 1;
      boolean more = ceil && room % stride != 0 && places * stride < size + before;
      return more ? places + 1 : places;
    }

    private boolean isPlain() {
      return dilation == 1 && before == 0 && after == 0;
    }
  }

  /** Returns a window with a square kernel, the same stride both ways, and padding all around. */
  public static Window square(int kernel, int stride, int padding) {
    Side side = new Side(kernel, stride, 1, padding, padding);
    return new Window(side, side, false);
  }

  /** Returns the number of elements of the window. */
  public int size() {
    return vertical.kernel * horizontal.kernel;
  }

  /** Returns whether it has no padding and no gaps, and never reaches beyond a shape's end. */
  public boolean isPlainIn(Shape shape) {
    return vertical.isPlain()
        && horizontal.isPlain()
        && vertical.places(shape.height(), true) == vertical.places(shape.height(), false)
        && horizontal.places(shape.width(), true) == horizontal.places(shape.width(), false);
  }

  /**
   * Checks the numbers.
   *
   * @throws InvalidModelException naming the layer and the number
   */
  void check(String layer) {
    for (Side side : List.of(vertical, horizontal)) {
      Checks.between(LayerChecks.field(layer, "kernel"), side.kernel, 1, MOST);
      Checks.between(LayerChecks.field(layer, "stride"), side.stride, 1, MOST);
      Checks.between(LayerChecks.field(layer, "dilation"), side.dilation, 1, MOST);
      Checks.between(LayerChecks.field(layer, "padding"), side.before, 0, MOST);
      Checks.between(LayerChecks.field(layer, "padding"), side.after, 0, MOST);
    }
  }

  /**
   * Returns the shape of what a window makes of an input.
   *
   * @throws InvalidModelException if the input has no room for it
   */
  Shape output(String layer, Shape input, int channels) {
    int height = vertical.places(input.height(), ceil);
    int width = horizontal.places(input.width(), ceil);
    if (height < 1 || width < 1) {
      throw new InvalidModelException(
          "Layer %s has a kernel of %s, larger than its input of shape %s with padding %s"
              .formatted(
                  Text.quote(layer),
                  text(reach()),
                  input,
                  text(List.of(padding().get(0), padding().get(1)))));
    }
    try {
      return new Shape(channels, height, width);
    } catch (InvalidModelException e) {
      throw new InvalidModelException(LayerChecks.field(layer, "output: " + e.getMessage()), e);
    }
  }

  /**
   * Refuses a window that somewhere has no element of an input.
   *
   * @throws InvalidModelException naming the layer
   */
  void requireElements(String layer, Shape input) {
    if (isEmptySomewhere(vertical, input.height()) || isEmptySomewhere(horizontal, input.width())) {
      throw new InvalidModelException(
          "Layer %s has windows that lie in its padding alone, with an input of shape %s"
              .formatted(Text.quote(layer), input));
    }
  }

  private boolean isEmptySomewhere(Side side, int size) {
    return IntStream.range(0, side.places(size, ceil))
        .anyMatch(
            place ->
                IntStream.range(0, side.kernel)
                    .map(tap -> side.element(place, tap))
                    .noneMatch(at -> at >= 0 && at < size));
  }

  private List<Integer> reach() {
    return List.of(vertical.reach(), horizontal.reach());
  }

  /** Returns the kernel's height and width. */
  List<Integer> kernel() {
    return List.of(vertical.kernel, horizontal.kernel);
  }

  /** Returns how far it moves down and to the right. */
  List<Integer> stride() {
    return List.of(vertical.stride, horizontal.stride);
  }

  /** Returns how far its elements are from each other, downwards and to the right. */
  public List<Integer> dilation() {
    return List.of(vertical.dilation, horizontal.dilation);
  }

  /** Returns the padding at the top, on the left, at the bottom and on the right. */
  List<Integer> padding() {
    return List.of(vertical.before, horizontal.before, vertical.after, horizontal.after);
  }

  /** Returns numbers as text: one, if all are the same. */
  private static String text(List<Integer> numbers) {
    return numbers.stream().distinct().count() == 1
        ? numbers.get(0).toString()
        : numbers.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  /**
   * Returns a window by its numbers, of which one stands for all and two stand for downwards and to
   * the right.
   */
  static Window of(int[] kernel, int[] stride, int[] dilation, int[] padding, boolean ceil) {
    List<Integer> four = padding(padding);
    return new Window(
        new Side(kernel[0], stride[0], dilation[0], four.get(0), four.get(2)),
        new Side(
            kernel[kernel.length - 1],
            stride[stride.length - 1],
            dilation[dilation.length - 1],
            four.get(1),
            four.get(3)),
        ceil);
  }

  /** Returns padding at the top, left, bottom and right, of which less may be said. */
  static List<Integer> padding(int[] said) {
    int last = said.length - 1;
    return said.length == 4
        ? List.of(said[0], said[1], said[2], said[3])
        : List.of(said[0], said[last], said[0], said[last]);
  }
}
