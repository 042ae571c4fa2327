package io.nightjar.model;

import java.util.List;
import java.util.Map;

/**
 * The table of all types of layers, and of the keys that a layer of each type has in {@code
 * model.json} beside its {@code name} and its {@code type}.
 *
 * <ul>
 *   <li>{@code dense}: {@code inputs}, {@code outputs}, {@code bias} (true)
 *   <li>{@code conv2d}: {@code inputChannels}, {@code outputChannels}, {@code kernel}, {@code
 *       stride} (1), {@code padding} (0), {@code groups} (1), {@code bias} (true)
 *   <li>{@code batchNorm}: {@code channels}, {@code epsilon} (1e-5)
 *   <li>{@code averagePool}, {@code maxPool}: {@code kernel}, {@code stride} (the kernel), {@code
 *       padding} (0)
 *   <li>{@code residualAdd}: {@code from}, the name of an earlier layer or {@code "input"}
 *   <li>{@code leakyRelu}: {@code slope} (0.01)
 *   <li>{@code quadratic}, which is a x^2 + b x + c: {@code a}, not 0, {@code b}, {@code c}
 *   <li>{@code flatten}, {@code relu}, {@code sigmoid}, {@code tanh}, {@code gelu}, {@code square},
 *       and, as the last layer of a classification, {@code softmax}: no other keys
 * </ul>
 *
 * <p>What is in parentheses holds where the key is left out, as in PyTorch.
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
                      json.integer("kernel"),
                      json.integer("stride", 1),
                      json.integer("padding", 0),
                      json.integer("groups", 1),
                      json.bool("bias", true)),
              (conv, json) -> {
                json.put("inputChannels", conv.inputChannels());
                json.put("outputChannels", conv.outputChannels());
                putWindow(json, conv.kernel(), conv.stride(), conv.padding());
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
              (name, json) -> {
                int kernel = json.integer("kernel");
                return new AveragePool(
                    name, kernel, json.integer("stride", kernel), json.integer("padding", 0));
              },
              (pool, json) -> putWindow(json, pool.kernel(), pool.stride(), pool.padding())),
          new LayerType<>(
              "maxPool",
              MaxPool.class,
              (name, json) -> {
                int kernel = json.integer("kernel");
                return new MaxPool(
                    name, kernel, json.integer("stride", kernel), json.integer("padding", 0));
              },
              (pool, json) -> putWindow(json, pool.kernel(), pool.stride(), pool.padding())),
          LayerType.plain("flatten", Flatten.class, Flatten::new),
          new LayerType<>(
              "residualAdd",
              ResidualAdd.class,
              (name, json) -> new ResidualAdd(name, json.string("from")),
              (add, json) -> json.put("from", add.from())),
          LayerType.plain("relu", Relu.class, Relu::new),
          new LayerType<>(
              "leakyRelu",
              LeakyRelu.class,
              (name, json) -> new LeakyRelu(name, json.number("slope", 0.01)),
              (relu, json) -> json.put("slope", relu.slope())),
          LayerType.plain("sigmoid", Sigmoid.class, Sigmoid::new),
          LayerType.plain("tanh", Tanh.class, Tanh::new),
          LayerType.plain("gelu", Gelu.class, Gelu::new),
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

  private static void putWindow(Map<String, Object> json, int kernel, int stride, int padding) {
    json.put("kernel", kernel);
    json.put("stride", stride);
    json.put("padding", padding);
  }
}
