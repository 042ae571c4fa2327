package io.nightjar.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The table of all types of layers, and of the keys that a layer of each type has in {@code
 * model.json} beside its {@code name} and its {@code type}.
 *
 * <ul>
 *   <li>{@code dense}: {@code inputs}, {@code outputs}, {@code bias} (true)
 *   <li>{@code conv2d}: {@code inputChannels}, {@code outputChannels}, {@code kernel}, {@code
 *       stride} (1), {@code dilation} (1), {@code padding} (0), {@code groups} (1), {@code bias}
 *       (true)
 *   <li>{@code batchNorm}: {@code channels}, {@code epsilon} (1e-5)
 *   <li>{@code averagePool}, {@code maxPool}: {@code kernel}, {@code stride} (the kernel), {@code
 *       dilation} (1), {@code padding} (0), {@code ceil} (false: a window stands only where it
 *       fits), and {@code averagePool} has {@code countPadding} (true: padding counts as zeros)
 *   <li>{@code residualAdd}, {@code subtract}, {@code multiply}, {@code matMul}, {@code concat},
 *       {@code recall}: {@code from}, the name of an earlier layer or {@code "input"}
 *   <li>{@code view}: {@code shape}, {@code offset} (0), {@code sizes}, {@code strides}
 *   <li>{@code pad}: {@code padding}, {@code mode} ({@code constant}, or {@code edge} or {@code
 *       reflect}), {@code value} (0)
 *   <li>{@code groupNorm}: {@code groups}, {@code epsilon} (1e-5)
 *   <li>{@code layerNorm}: {@code epsilon} (1e-5)
 *   <li>{@code leakyRelu}: {@code slope} (0.01)
 *   <li>{@code prelu}: {@code slopes}, one number, one for each channel or one for each element
 *   <li>{@code clip}: {@code low}, {@code high}
 *   <li>{@code hardSigmoid}: {@code slope} (1/6), {@code shift} (1/2)
 *   <li>{@code quadratic}, which is a x^2 + b x + c: {@code a}, not 0, {@code b}, {@code c}
 *   <li>{@code elu}: {@code alpha} (1)
 *   <li>{@code affine}: {@code slope} (1), {@code shift} (0)
 *   <li>{@code flatten}, {@code relu}, {@code sigmoid}, {@code tanh}, {@code gelu}, {@code
 *       geluTanh}, {@code silu}, {@code hardSwish}, {@code softplus}, {@code exp}, {@code log},
 *       {@code sqrt}, {@code abs}, {@code reciprocal}, {@code square}, {@code softmax}: no other
 *       keys
 * </ul>
 *
 * <p>What is in parentheses holds where the key is left out, as in PyTorch. Kernels, strides and
 * dilations are one number, or a list of two: downwards and to the right. Padding is one number, a
 * list of two, for top and bottom and for left and right, or of four: top, left, bottom, right.
 * Signals of one dimension have height 1.
 */
public final class LayerTypes {

  /** All types, in the order in which messages list them. */
  static final List<LayerType<?>> ALL =
      List.of(
          new LayerType<>(
              "dense",
              Dense.class,
              (name, json) ->
                  new Dense(
                      name,
                      json.integer("inputs"),
                      json.integer("outputs"),
                      json.bool("bias", true)),
              (dense, json) -> {
                json.put("inputs", dense.inputs());
                json.put("outputs", dense.outputs());
                json.put("bias", dense.bias());
              }),
          new LayerType<>(
              "conv2d",
              Conv2d.class,
              (name, json) ->
                  new Conv2d(
                      name,
                      json.integer("inputChannels"),
                      json.integer("outputChannels"),
                      window(json, new int[] {1}, false),
                      json.integer("groups", 1),
                      json.bool("bias", true)),
              (conv, json) -> {
                json.put("inputChannels", conv.inputChannels());
                json.put("outputChannels", conv.outputChannels());
                putWindow(json, conv.window());
                json.put("groups", conv.groups());
                json.put("bias", conv.bias());
              }),
          new LayerType<>(
              "batchNorm",
              BatchNorm.class,
              (name, json) ->
                  new BatchNorm(name, json.integer("channels"), json.number("epsilon", 1e-5)),
              (norm, json) -> {
                json.put("channels", norm.channels());
                json.put("epsilon", norm.epsilon());
              }),
          new LayerType<>(
              "averagePool",
              AveragePool.class,
              (name, json) ->
                  new AveragePool(name, poolWindow(json), json.bool("countPadding", true)),
              (pool, json) -> {
                putWindow(json, pool.window());
                if (!pool.countPadding()) {
                  json.put("countPadding", false);
                }
              }),
          new LayerType<>(
              "maxPool",
              MaxPool.class,
              (name, json) -> new MaxPool(name, poolWindow(json)),
              (pool, json) -> putWindow(json, pool.window())),
          LayerType.plain("flatten", Flatten.class, Flatten::new),
          joint("residualAdd", ResidualAdd.class, ResidualAdd::new),
          joint("subtract", Subtract.class, Subtract::new),
          joint("multiply", Multiply.class, Multiply::new),
          joint("matMul", MatMul.class, MatMul::new),
          joint("concat", Concat.class, Concat::new),
          joint("recall", Recall.class, Recall::new),
          new LayerType<>(
              "view",
              View.class,
              (name, json) ->
                  new View(
                      name,
                      shape(json.integers("shape")),
                      json.integer("offset", 0),
                      json.integers("sizes"),
                      json.integers("strides")),
              (view, json) -> {
                Shape shape = view.shape();
                json.put("shape", List.of(shape.channels(), shape.height(), shape.width()));
                json.put("offset", view.offset());
                json.put("sizes", view.sizes());
                json.put("strides", view.strides());
              }),
          new LayerType<>(
              "pad",
              Pad.class,
              (name, json) ->
                  new Pad(
                      name,
                      Window.padding(json.integers("padding", 4)),
                      json.constant("mode", Pad.Mode.CONSTANT),
                      json.number("value", 0)),
              (pad, json) -> {
                json.put("padding", shortest(pad.padding()));
                json.put("mode", pad.mode().name().toLowerCase(Locale.ROOT));
                json.put("value", pad.value());
              }),
          new LayerType<>(
              "groupNorm",
              GroupNorm.class,
              (name, json) ->
                  new GroupNorm(name, json.integer("groups"), json.number("epsilon", 1e-5)),
              (norm, json) -> {
                json.put("groups", norm.groups());
                json.put("epsilon", norm.epsilon());
              }),
          new LayerType<>(
              "layerNorm",
              LayerNorm.class,
              (name, json) -> new LayerNorm(name, json.number("epsilon", 1e-5)),
              (norm, json) -> json.put("epsilon", norm.epsilon())),
          LayerType.plain("relu", Relu.class, Relu::new),
          new LayerType<>(
              "leakyRelu",
              LeakyRelu.class,
              (name, json) -> new LeakyRelu(name, json.number("slope", 0.01)),
              (relu, json) -> json.put("slope", relu.slope())),
          new LayerType<>(
              "prelu",
              PRelu.class,
              (name, json) -> new PRelu(name, json.numbers("slopes")),
              (relu, json) -> json.put("slopes", relu.slopes())),
          new LayerType<>(
              "clip",
              Clip.class,
              (name, json) -> new Clip(name, json.number("low"), json.number("high")),
              (clip, json) -> {
                json.put("low", clip.low());
                json.put("high", clip.high());
              }),
          LayerType.plain("sigmoid", Sigmoid.class, Sigmoid::new),
          new LayerType<>(
              "hardSigmoid",
              HardSigmoid.class,
              (name, json) ->
                  new HardSigmoid(name, json.number("slope", 1.0 / 6), json.number("shift", 0.5)),
              (sigmoid, json) -> {
                json.put("slope", sigmoid.slope());
                json.put("shift", sigmoid.shift());
              }),
          LayerType.plain("silu", Silu.class, Silu::new),
          LayerType.plain("hardSwish", HardSwish.class, HardSwish::new),
          LayerType.plain("tanh", Tanh.class, Tanh::new),
          new LayerType<>(
              "elu",
              Elu.class,
              (name, json) -> new Elu(name, json.number("alpha", 1)),
              (elu, json) -> json.put("alpha", elu.alpha())),
          LayerType.plain("softplus", Softplus.class, Softplus::new),
          LayerType.plain("exp", Exp.class, Exp::new),
          LayerType.plain("log", Log.class, Log::new),
          LayerType.plain("sqrt", Sqrt.class, Sqrt::new),
          LayerType.plain("abs", Abs.class, Abs::new),
          LayerType.plain("reciprocal", Reciprocal.class, Reciprocal::new),
          new LayerType<>(
              "affine",
              Affine.class,
              (name, json) -> new Affine(name, json.number("slope", 1), json.number("shift", 0)),
              (affine, json) -> {
                json.put("slope", affine.slope());
                json.put("shift", affine.shift());
              }),
          LayerType.plain("gelu", Gelu.class, Gelu::new),
          LayerType.plain("geluTanh", GeluTanh.class, GeluTanh::new),
          LayerType.plain("square", Square.class, Square::new),
          new LayerType<>(
              "quadratic",
              Quadratic.class,
              (name, json) ->
                  new Quadratic(name, json.number("a"), json.number("b"), json.number("c")),
              (quadratic, json) -> {
                json.put("a", quadratic.a());
                json.put("b", quadratic.b());
                json.put("c", quadratic.c());
              }),
          LayerType.plain("softmax", Softmax.class, Softmax::new));

  private LayerTypes() {}

  /** Returns the names of all types, in the order of the table. */
  public static List<String> names() {
    return ALL.stream().map(LayerType::name).toList();
  }

  /** Returns the type of a layer. */
  static LayerType<?> of(Layer layer) {
    return ALL.stream()
        .filter(type -> type.layerClass().isInstance(layer))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Layer '%s' is a %s, and there is no row for these in the table of layer types"
                        .formatted(layer.name(), layer.getClass().getName())));
  }

  private static <L extends Joint> LayerType<L> joint(
      String name, Class<L> layerClass, BiFunction<String, String, L> of) {
    return new LayerType<>(
        name,
        layerClass,
        (layer, json) -> of.apply(layer, json.string("from")),
        (layer, json) -> json.put("from", layer.from()));
  }

  private static Shape shape(List<Integer> sides) {
    if (sides.size() != 3) {
      throw new InvalidModelException(
          "A shape has %d sides: channels, height and width are 3".formatted(sides.size()));
    }
    return new Shape(sides.get(0), sides.get(1), sides.get(2));
  }

  private static Window poolWindow(JsonFields json) {
    return window(json, json.integers("kernel", 2), json.bool("ceil", false));
  }

  private static Window window(JsonFields json, int[] stride, boolean ceil) {
    return Window.of(
        json.integers("kernel", 2),
        json.integers("stride", 2, stride),
        json.integers("dilation", 2, 1),
        json.integers("padding", 4, 0),
        ceil);
  }

  /** Puts numbers as short as they can be said, and what is as usual not at all. */
  private static void putWindow(Map<String, Object> json, Window window) {
    json.put("kernel", shortest(window.kernel()));
    json.put("stride", shortest(window.stride()));
    if (!window.dilation().equals(List.of(1, 1))) {
      json.put("dilation", shortest(window.dilation()));
    }
    json.put("padding", shortest(window.padding()));
    if (window.ceil()) {
      json.put("ceil", true);
    }
  }

  private static Object shortest(List<Integer> numbers) {
    if (numbers.stream().distinct().count() == 1) {
      return numbers.get(0);
    }
    boolean twice = numbers.size() == 4 && numbers.subList(0, 2).equals(numbers.subList(2, 4));
    return twice ? numbers.subList(0, 2) : numbers;
  }
}
