package io.nightjar.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers as JSON objects, as {@link ModelReader} describes them. */
public final class LayerJson {

  private static final List<String> TYPES =
      List.of(
          "dense",
          "conv2d",
          "batchNorm",
          "averagePool",
          "maxPool",
          "flatten",
          "residualAdd",
          "relu",
          "leakyRelu",
          "sigmoid",
          "tanh",
          "gelu",
          "square",
          "quadratic",
          "softmax");

  private LayerJson() {}

  static Layer read(JsonInput input, String path) {
    Map<String, Object> values =
        JsonFields.read(input, path, key -> input.scalar(path + "." + Text.key(key)));
    try {
      return of(path, values);
    } catch (InvalidModelException e) {
      throw input.invalid(e.getMessage());
    }
  }

  /**
   * Returns the layer with these keys and values: strings, booleans, longs and doubles.
   *
   * @param path of the object, for messages
   * @throws InvalidModelException naming the key that is wrong
   */
  public static Layer of(String path, Map<String, Object> values) {
    JsonFields fields = new JsonFields(path, values);
    Layer layer = read(fields);
    fields.refuseUnknown();
    return layer;
  }

  /** Returns the keys and values of a layer, every one of them, in the order they are written. */
  public static Map<String, Object> fields(Layer layer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", layer.name());
    if (layer instanceof Dense dense) {
      fields.put("type", "dense");
      fields.put("inputs", dense.inputs());
      fields.put("outputs", dense.outputs());
      fields.put("bias", dense.bias());
    } else if (layer instanceof Conv2d conv) {
      fields.put("type", "conv2d");
      fields.put("inputChannels", conv.inputChannels());
      fields.put("outputChannels", conv.outputChannels());
      putWindow(fields, conv.kernel(), conv.stride(), conv.padding());
      fields.put("groups", conv.groups());
      fields.put("bias", conv.bias());
    } else if (layer instanceof BatchNorm norm) {
      fields.put("type", "batchNorm");
      fields.put("channels", norm.channels());
      fields.put("epsilon", norm.epsilon());
    } else if (layer instanceof AveragePool pool) {
      fields.put("type", "averagePool");
      putWindow(fields, pool.kernel(), pool.stride(), pool.padding());
    } else if (layer instanceof MaxPool pool) {
      fields.put("type", "maxPool");
      putWindow(fields, pool.kernel(), pool.stride(), pool.padding());
    } else if (layer instanceof ResidualAdd add) {
      fields.put("type", "residualAdd");
      fields.put("from", add.from());
    } else if (layer instanceof LeakyRelu relu) {
      fields.put("type", "leakyRelu");
      fields.put("slope", relu.slope());
    } else if (layer instanceof Quadratic quadratic) {
      fields.put("type", "quadratic");
      fields.put("a", quadratic.a());
      fields.put("b", quadratic.b());
      fields.put("c", quadratic.c());
    } else {
      fields.put("type", plainType(layer));
    }
    return fields;
  }

  private static Layer read(JsonFields fields) {
    String name = fields.string("name");
    String type = fields.string("type");
    return switch (type) {
      case "dense" ->
          new Dense(
              name, fields.integer("inputs"), fields.integer("outputs"), fields.bool("bias", true));
      case "conv2d" ->
          new Conv2d(
              name,
              fields.integer("inputChannels"),
              fields.integer("outputChannels"),
              fields.integer("kernel"),
              fields.integer("stride", 1),
              fields.integer("padding", 0),
              fields.integer("groups", 1),
              fields.bool("bias", true));
      case "batchNorm" ->
          new BatchNorm(name, fields.integer("channels"), fields.number("epsilon", 1e-5));
      case "averagePool" -> {
        int kernel = fields.integer("kernel");
        yield new AveragePool(
            name, kernel, fields.integer("stride", kernel), fields.integer("padding", 0));
      }
      case "maxPool" -> {
        int kernel = fields.integer("kernel");
        yield new MaxPool(
            name, kernel, fields.integer("stride", kernel), fields.integer("padding", 0));
      }
      case "flatten" -> new Flatten(name);
      case "residualAdd" -> new ResidualAdd(name, fields.string("from"));
      case "relu" -> new Relu(name);
      case "leakyRelu" -> new LeakyRelu(name, fields.number("slope", 0.01));
      case "sigmoid" -> new Sigmoid(name);
      case "tanh" -> new Tanh(name);
      case "gelu" -> new Gelu(name);
      case "square" -> new Square(name);
      case "quadratic" ->
          new Quadratic(name, fields.number("a"), fields.number("b"), fields.number("c"));
      case "softmax" -> new Softmax(name);
      default -> throw fields.unknownType(type, TYPES);
    };
  }

  private static void putWindow(Map<String, Object> fields, int kernel, int stride, int padding) {
    fields.put("kernel", kernel);
    fields.put("stride", stride);
    fields.put("padding", padding);
  }

  /** The type of a layer that has nothing but a name. */
  private static String plainType(Layer layer) {
    if (layer instanceof Flatten) {
      return "flatten";
    } else if (layer instanceof Relu) {
      return "relu";
    } else if (layer instanceof Sigmoid) {
      return "sigmoid";
    } else if (layer instanceof Tanh) {
      return "tanh";
    } else if (layer instanceof Gelu) {
      return "gelu";
    } else if (layer instanceof Square) {
      return "square";
    } else if (layer instanceof Softmax) {
      return "softmax";
    }
    throw new IllegalStateException("A layer without a type in JSON: " + layer);
  }
}
