package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LayerTest {

  private static final Shape IMAGE = new Shape(3, 28, 20);

  /** Each layer with an input, and the shape that PyTorch gives its output. */
  static Stream<Arguments> outputs() {
    return Stream.of(
        arguments(new Dense("a", 784, 10, true), Shape.flat(784), Shape.flat(10)),
        arguments(new Conv2d("a", 3, 8, 5, 1, 0, 1, true), IMAGE, new Shape(8, 24, 16)),
        arguments(new Conv2d("a", 3, 8, 5, 1, 2, 1, true), IMAGE, new Shape(8, 28, 20)),
        arguments(new Conv2d("a", 3, 8, 5, 2, 1, 1, true), IMAGE, new Shape(8, 13, 9)),
        arguments(new Conv2d("a", 3, 6, 3, 1, 0, 3, true), IMAGE, new Shape(6, 26, 18)),
        arguments(new Conv2d("a", 3, 1, 20, 1, 0, 1, true), IMAGE, new Shape(1, 9, 1)),
        arguments(new BatchNorm("a", 3, 1e-5), IMAGE, IMAGE),
        arguments(new BatchNorm("a", 7, 1e-5), Shape.flat(7), Shape.flat(7)),
        arguments(new AveragePool("a", 2, 2, 0), IMAGE, new Shape(3, 14, 10)),
        arguments(new AveragePool("a", 3, 2, 1), IMAGE, new Shape(3, 14, 10)),
        arguments(new MaxPool("a", 3, 3, 0), IMAGE, new Shape(3, 9, 6)),
        arguments(
            new Conv2d(
                "a", 3, 8, new Window(side(5, 2, 2, 1, 3), side(1, 3, 1, 0, 0), false), 1, true),
            IMAGE,
            new Shape(8, 12, 7)),
        arguments(
            new MaxPool("a", new Window(side(2, 3, 1, 0, 0), side(3, 3, 1, 0, 0), true)),
            IMAGE,
            new Shape(3, 10, 7)),
        arguments( // the last place would begin in the padding after the end, so it is none
            new MaxPool("a", new Window(side(3, 2, 1, 1, 1), side(2, 2, 1, 1, 1), true)),
            new Shape(1, 4, 3),
            new Shape(1, 3, 2)),
        arguments(new Flatten("a"), IMAGE, Shape.flat(1680)),
        arguments(View.reshape("a", new Shape(28, 1, 60)), IMAGE, new Shape(28, 1, 60)),
        arguments(
            new View("a", new Shape(20, 3, 28), 0, List.of(20, 3, 28), List.of(1, 560, 20)),
            IMAGE,
            new Shape(20, 3, 28)),
        arguments(
            new Pad("a", List.of(1, 2, 3, 4), Pad.Mode.CONSTANT, 0), IMAGE, new Shape(3, 32, 26)),
        arguments(
            new Pad("a", List.of(27, 19, 27, 19), Pad.Mode.REFLECT, 0),
            IMAGE,
            new Shape(3, 82, 58)),
        arguments(new GroupNorm("a", 3, 1e-5), IMAGE, IMAGE),
        arguments(new LayerNorm("a", 1e-5), IMAGE, IMAGE),
        arguments(new Relu("a"), IMAGE, IMAGE),
        arguments(new LeakyRelu("a", 0.1), IMAGE, IMAGE),
        arguments(new Sigmoid("a"), IMAGE, IMAGE),
        arguments(new Tanh("a"), IMAGE, IMAGE),
        arguments(new Gelu("a"), IMAGE, IMAGE),
        arguments(new PRelu("a", List.of(0.1, 0.2, 0.3)), IMAGE, IMAGE),
        arguments(new Square("a"), IMAGE, IMAGE),
        arguments(new Quadratic("a", 0.1, 1, -0.5), IMAGE, IMAGE),
        arguments(new Softmax("a"), IMAGE, IMAGE),
        arguments(new Softmax("a"), Shape.flat(4), Shape.flat(4)));
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void theOutputHasPyTorchsShape(Unary layer, Shape input, Shape output) {
    assertEquals(output, layer.output(input));
  }

  /** Each joint with what it reads, and the shape of its output. */
  static Stream<Arguments> joints() {
    Shape gate = new Shape(3, 1, 1);
    Shape mask = new Shape(1, 28, 20);
    return Stream.of(
        arguments(new ResidualAdd("a", "b"), IMAGE, IMAGE, IMAGE),
        arguments(new ResidualAdd("a", "b"), gate, IMAGE, IMAGE),
        arguments(new Multiply("a", "b"), IMAGE, gate, IMAGE),
        arguments(new Subtract("a", "b"), gate, IMAGE, IMAGE),
        arguments(new Multiply("a", "b"), gate, mask, IMAGE),
        arguments(
            new MatMul("a", "b"), new Shape(3, 28, 5), new Shape(3, 7, 28), new Shape(3, 7, 5)),
        arguments(new Concat("a", "b"), mask, IMAGE, new Shape(4, 28, 20)),
        arguments(new Concat("a", "b"), gate, Shape.flat(4), Shape.flat(7)),
        arguments(new Recall("a", "b"), IMAGE, gate, gate));
  }

  @ParameterizedTest
  @MethodSource("joints")
  void whatIsJoinedHasTheShapeOfBoth(Joint joint, Shape input, Shape other, Shape output) {
    assertEquals(output, joint.output(input, other));
  }

  static Stream<Arguments> misfittingJoints() {
    return Stream.of(
        arguments(
            new ResidualAdd("a", "b"),
            new Shape(3, 28, 5),
            "Layer \"a\" adds \"b\" of shape 3x28x20 and has an input of shape 3x28x5: sides must be equal, or 1"),
        arguments(
            new Subtract("a", "b"),
            new Shape(4, 1, 1),
            "Layer \"a\" subtracts from \"b\" of shape 3x28x20 and has an input of shape 4: sides must be equal, or 1"),
        arguments(
            new Multiply("a", "b"),
            Shape.flat(2),
            "Layer \"a\" multiplies by \"b\" of shape 3x28x20 and has an input of shape 2: sides must be equal, or 1"),
        arguments(
            new MatMul("a", "b"),
            new Shape(3, 21, 4),
            "Layer \"a\" multiplies \"b\" of shape 3x28x20 by an input of shape 3x21x4: channels must be equal, and the width on the left must be the height on the right"),
        arguments(
            new Concat("a", "b"),
            new Shape(3, 28, 1),
            "Layer \"a\" joins \"b\" of shape 3x28x20 and an input of shape 3x28x1: height and width must be equal"));
  }

  @ParameterizedTest
  @MethodSource("misfittingJoints")
  void whatDoesNotFitIsNotJoined(Joint joint, Shape input, String message) {
    assertRefused(message, () -> joint.output(input, IMAGE));
  }

  @Test
  void aViewCountsAsAnOdometerDoes() {
    View view = new View("a", new Shape(2, 1, 6), 5, List.of(2, 3, 2), List.of(-1, 0, 6));

    assertArrayEquals(new int[] {5, 11, 5, 11, 5, 11, 4, 10, 4, 10, 4, 10}, view.elements());
  }

  static Stream<Arguments> misfits() {
    return Stream.of(
        arguments(
            new View("v", Shape.flat(4), 0, List.of(4), List.of(2)),
            Shape.flat(6),
            "Layer \"v\" reads elements 0 to 6, but its input of shape 6 has 0 to 5"),
        arguments(
            new View("v", Shape.flat(4), 2, List.of(4), List.of(-1)),
            Shape.flat(6),
            "Layer \"v\" reads elements -1 to 2, but its input of shape 6 has 0 to 5"),
        arguments(
            new View(
                "v",
                Shape.flat(4),
                0,
                List.of(2, 2),
                List.of(Integer.MAX_VALUE, Integer.MAX_VALUE)),
            Shape.flat(6),
            "Layer \"v\" reads elements 0 to 4294967294, but its input of shape 6 has 0 to 5"),
        arguments(
            new Pad("p", List.of(0, 0, 0, 20), Pad.Mode.REFLECT, 0),
            IMAGE,
            "Layer \"p\" mirrors 20 elements where there are 20: there must be more"),
        arguments(
            new GroupNorm("g", 2, 1e-5),
            IMAGE,
            "Layer \"g\" has 2 groups, which do not divide the 3 channels of its input"),
        arguments(
            new Dense("fc", 784, 10, true),
            Shape.flat(783),
            "Layer \"fc\" takes 784 inputs, but its input has 783"),
        arguments(
            new Dense("fc", 1680, 10, true),
            IMAGE,
            "Layer \"fc\" takes a vector, but its input has shape 3x28x20: "
                + "put a flatten layer before it"),
        arguments(
            new Conv2d("conv", 1, 8, 5, 1, 0, 1, true),
            IMAGE,
            "Layer \"conv\" takes 1 channels, but its input of shape 3x28x20 has 3"),
        arguments(
            new PRelu("p", List.of(0.1, 0.2)),
            IMAGE,
            "Layer \"p\" has 2 slopes for an input of shape 3x28x20: there must be one, one for each channel or one for each element"),
        arguments(
            new BatchNorm("bn", 8, 1e-5),
            IMAGE,
            "Layer \"bn\" takes 8 channels, but its input of shape 3x28x20 has 3"),
        arguments(
            new Conv2d("conv", 3, 8, 23, 1, 1, 1, true),
            IMAGE,
            "Layer \"conv\" has a kernel of 23, larger than its input of shape 3x28x20 "
                + "with padding 1"),
        arguments(
            new MaxPool("pool", 21, 1, 0),
            IMAGE,
            "Layer \"pool\" has a kernel of 21, larger than its input of shape 3x28x20 "
                + "with padding 0"),
        arguments(
            new AveragePool("pool", 3, 1, 3),
            IMAGE,
            "Layer \"pool\" has windows that lie in its padding alone, with an input of shape 3x28x20"),
        arguments(
            new MaxPool("pool", new Window(side(2, 1, 2, 1, 1), side(1, 1, 1, 0, 0), false)),
            new Shape(1, 1, 5),
            "Layer \"pool\" has windows that lie in its padding alone, with an input of shape 1x1x5"),
        arguments(
            new Conv2d(
                "conv",
                3,
                8,
                new Window(side(3, 1, 14, 0, 0), side(1, 1, 1, 0, 0), false),
                1,
                true),
            IMAGE,
            "Layer \"conv\" has a kernel of 29x1, larger than its input of shape 3x28x20 with padding 0"),
        arguments(
            new Conv2d("conv", 3, 1 << 12, 1, 1, 0, 1, true),
            IMAGE,
            "Layer \"conv\": output: Shape 4096x28x20: every side must be at least 1, "
                + "and the product at most 1048576"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void anInputThatDoesNotFitIsRefusedByName(Unary layer, Shape input, String message) {
    assertRefused(message, () -> layer.output(input));
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        refusal(
            "Layer \"a\": inputs is 0: it must be from 1 to 1048576",
            () -> new Dense("a", 0, 1, true)),
        refusal(
            "Layer \"a\": outputs is 1048577: it must be from 1 to 1048576",
            () -> new Dense("a", 1, 1048577, true)),
        refusal(
            "Layer \"a\": the number of weights is 1099511627776: it must be from 1 to 268435456",
            () -> new Dense("a", 1 << 20, 1 << 20, true)),
        refusal(
            "Layer \"a\": the number of weights is 1152921504606846976: "
                + "it must be from 1 to 268435456",
            () -> new Conv2d("a", 1 << 20, 1 << 20, 1024, 1, 0, 1, true)),
        refusal(
            "Layer \"a\": inputChannels is -1: it must be from 1 to 1048576",
            () -> new Conv2d("a", -1, 1, 1, 1, 0, 1, true)),
        refusal(
            "Layer \"a\": outputChannels is 0: it must be from 1 to 1048576",
            () -> new Conv2d("a", 1, 0, 1, 1, 0, 1, true)),
        refusal(
            "Layer \"a\": kernel is 1025: it must be from 1 to 1024",
            () -> new Conv2d("a", 1, 1, 1025, 1, 0, 1, true)),
        refusal(
            "Layer \"a\": stride is 0: it must be from 1 to 1024",
            () -> new Conv2d("a", 1, 1, 1, 0, 0, 1, true)),
        refusal(
            "Layer \"a\": padding is -1: it must be from 0 to 1024",
            () -> new Conv2d("a", 1, 1, 1, 1, -1, 1, true)),
        refusal(
            "Layer \"a\": groups is 0: it must be from 1 to 1048576",
            () -> new Conv2d("a", 1, 1, 1, 1, 0, 0, true)),
        refusal(
            "Layer \"a\": groups is 2: it must divide the 3 input channels "
                + "and the 4 output channels",
            () -> new Conv2d("a", 3, 4, 1, 1, 0, 2, true)),
        refusal(
            "Layer \"a\": groups is 2: it must divide the 4 input channels "
                + "and the 3 output channels",
            () -> new Conv2d("a", 4, 3, 1, 1, 0, 2, true)),
        refusal(
            "Layer \"a\": channels is 0: it must be from 1 to 1048576",
            () -> new BatchNorm("a", 0, 1e-5)),
        refusal(
            "Layer \"a\": epsilon is 0.0: it must be more than 0 and at most 1",
            () -> new BatchNorm("a", 1, 0)),
        refusal(
            "Layer \"a\": epsilon is NaN: it must be more than 0 and at most 1",
            () -> new BatchNorm("a", 1, Double.NaN)),
        refusal(
            "Layer \"a\": groups is 0: it must be from 1 to 1048576",
            () -> new GroupNorm("a", 0, 1e-5)),
        refusal(
            "Layer \"a\": epsilon is 2.0: it must be more than 0 and at most 1",
            () -> new LayerNorm("a", 2)),
        refusal(
            "Layer \"a\" has sizes [2, 3] for an output of shape 5: their product must be its 5 elements",
            () -> new View("a", Shape.flat(5), 0, List.of(2, 3), List.of(1, 1))),
        refusal(
            "Layer \"a\" has 2 sizes and 1 strides: there must be one for each",
            () -> new View("a", Shape.flat(6), 0, List.of(2, 3), List.of(1))),
        refusal(
            "Layer \"a\" has sizes [1048576, 1048576, 1048576, 1048576] for an output of shape 1: their product must be its 1 elements",
            () ->
                new View(
                    "a",
                    Shape.flat(1),
                    0,
                    Collections.nCopies(4, 1 << 20),
                    Collections.nCopies(4, 0))),
        refusal(
            "Layer \"a\": the number of sizes is 0: it must be from 1 to 12",
            () -> new View("a", Shape.flat(1), 0, List.of(), List.of())),
        refusal(
            "Layer \"a\": padding is -1: it must be from 0 to 1048576",
            () -> new Pad("a", List.of(0, -1, 0, 0), Pad.Mode.EDGE, 0)),
        refusal(
            "Layer \"a\": value is NaN: it must be finite",
            () -> new Pad("a", List.of(0, 0, 0, 0), Pad.Mode.CONSTANT, Double.NaN)),
        refusal(
            "Layer \"a\": kernel is 0: it must be from 1 to 1024", () -> new MaxPool("a", 0, 1, 0)),
        refusal(
            "Layer \"a\": slope is NaN: it must be finite", () -> new LeakyRelu("a", Double.NaN)),
        refusal("Layer \"a\": alpha is NaN: it must be finite", () -> new Elu("a", Double.NaN)),
        refusal(
            "Layer \"a\": shift is Infinity: it must be finite",
            () -> new Affine("a", 1, Double.POSITIVE_INFINITY)),
        refusal(
            "Layer \"a\": slopes[1] is Infinity: it must be finite",
            () -> new PRelu("a", List.of(1.0, Double.POSITIVE_INFINITY))),
        refusal(
            "Layer \"a\": the number of slopes is 0: it must be from 1 to 1048576",
            () -> new PRelu("a", List.of())),
        refusal(
            "Layer \"a\": low is 6.0: it must be less than high, which is 6.0",
            () -> new Clip("a", 6, 6)),
        refusal(
            "Layer \"a\": a is 0: without x^2 this is no activation",
            () -> new Quadratic("a", 0, 1, 1)),
        refusal(
            "Layer \"a\": a is 0: without x^2 this is no activation",
            () -> new Quadratic("a", -0.0, 1, 1)),
        refusal(
            "Layer \"a\": a is NaN: it must be finite", () -> new Quadratic("a", Double.NaN, 1, 1)),
        refusal(
            "Layer \"a\": b is -Infinity: it must be finite",
            () -> new Quadratic("a", 1, Double.NEGATIVE_INFINITY, 1)),
        refusal(
            "Layer \"a\": c is Infinity: it must be finite",
            () -> new Quadratic("a", 1, 1, Double.POSITIVE_INFINITY)));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void aNumberOutOfRangeIsRefusedByLayerAndField(String message, Executable make) {
    assertRefused(message, make);
  }

  @ParameterizedTest
  @CsvSource({"''", "'a b'", "a/b", "a\"b", "\u00e4"})
  void aNameWithOtherCharactersIsRefused(String name) {
    assertRefused(
        ("Layer name %s: it must have from 1 to 100 characters out of A-Z, a-z, 0-9, '_', '.' "
                + "and '-'")
            .formatted(Text.quote(name)),
        () -> new Relu(name));
  }

  @Test
  void theLongestNameIsAllowed() {
    String longest = "aZ09_.-".repeat(15).substring(0, 100);

    assertEquals(longest, new Relu(longest).name());
    assertRefused(
        ("Layer name \"%sa\": it must have from 1 to 100 characters out of A-Z, a-z, 0-9, '_', "
                + "'.' and '-'")
            .formatted(longest),
        () -> new Relu(longest + "a"));
  }

  @Test
  void namesThatMeanSomethingElseAreRefused() {
    String rule = ": \"input\" and names that begin with \"member.\" have another meaning";

    assertRefused("Layer name \"input\"" + rule, () -> new Flatten("input"));
    assertRefused("Layer name \"member.0.fc\"" + rule, () -> new Tanh("member.0.fc"));
    assertRefused("Layer name \"member.x\"" + rule, () -> new ResidualAdd("a", "member.x"));
    assertEquals("input", new ResidualAdd("a", "input").from());
  }

  @Test
  void weightsHavePyTorchsShape() {
    Dense dense = new Dense("a", 3, 2, true);
    Conv2d convolution = new Conv2d("a", 8, 4, 5, 1, 0, 2, true);

    assertEquals(List.of(2, 3), dense.weightShape());
    assertEquals(6, dense.weightCount());
    assertEquals(2, dense.biasCount());
    assertEquals(List.of(4, 4, 5, 5), convolution.weightShape());
    assertEquals(400, convolution.weightCount());
    assertEquals(4, convolution.biasCount());
  }

  private static Arguments refusal(String message, Executable make) {
    return arguments(message, make);
  }

  private static Window.Side side(int kernel, int stride, int dilation, int before, int after) {
    return new Window.Side(kernel, stride, dilation, before, after);
  }
}
