package io.nightjar.model;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Layers as JSON objects, as {@link ModelReader} describes them. */
public final class LayerJson {

  /** Far more keys than any layer has. */
  private static final int MAX_KEYS = 32;

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
          "softmax");

  private LayerJson() {}

  static Layer read(JsonInput input, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    input.object(
        path,
        key -> {
          if (values.size() == MAX_KEYS) {
            throw input.invalid("%s has more than %d keys".formatted(path, MAX_KEYS));
          }
          values.put(key, input.scalar(path + "." + Text.key(key)));
        });
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
    Fields fields = new Fields(path, values);
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
    } else {
      fields.put("type", plainType(layer));
    }
    return fields;
  }

  private static Layer read(Fields fields) {
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
      case "softmax" -> new Softmax(name);
      default ->
          throw new InvalidModelException(
              "%s.type is %s: it must be one of %s%s"
                  .formatted(fields.path, Text.quote(type), TYPES, Text.suggestion(type, TYPES)));
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

  /** The values of one layer's keys, and which of them the layer's type has asked for. */
  private static final class Fields {

    private final String path;
    private final Map<String, Object> values;
    private final Set<String> asked = new LinkedHashSet<>();

    Fields(String path, Map<String, Object> values) {
      this.path = path;
      this.values = values;
    }

    String string(String key) {
      return as(String.class, key, "a string", required(key));
    }

    boolean bool(String key, boolean byDefault) {
      return as(Boolean.class, key, "true or false", optional(key, byDefault));
    }

    double number(String key, double byDefault) {
      return as(Number.class, key, "a number", optional(key, byDefault)).doubleValue();
    }

    int integer(String key) {
      return toInt(key, required(key));
    }

    int integer(String key, int byDefault) {
      return toInt(key, optional(key, (long) byDefault));
    }

    void refuseUnknown() {
      for (String key : values.keySet()) {
        if (!asked.contains(key)) {
          throw new InvalidModelException(
              "Unknown key %s in %s, which is of type %s%s"
                  .formatted(
                      Text.quote(key),
                      path,
                      Text.quote(string("type")),
                      Text.suggestion(key, asked)));
        }
      }
    }

    private int toInt(String key, Object value) {
      long number = as(Long.class, key, "an integer", value);
      Checks.between(path + "." + key, number, Integer.MIN_VALUE, Integer.MAX_VALUE);
      return (int) number;
    }

    private <T> T as(Class<T> type, String key, String what, Object value) {
      if (!type.isInstance(value)) {
        String shown = value instanceof String text ? Text.quote(text) : value.toString();
        throw new InvalidModelException(
            "%s.%s is %s: it must be %s".formatted(path, key, shown, what));
      }
      return type.cast(value);
    }

    private Object required(String key) {
      asked.add(key);
      if (!values.containsKey(key)) {
        throw new InvalidModelException(
            "The key %s is missing in %s".formatted(Text.quote(key), path)
                + Text.nearest(key, unasked())
                    .map(near -> "; is it " + Text.quote(near) + "?")
                    .orElse(""));
      }
      return values.get(key);
    }

    private Object optional(String key, Object byDefault) {
      asked.add(key);
      return values.getOrDefault(key, byDefault);
    }

    private Set<String> unasked() {
      Set<String> keys = new LinkedHashSet<>(values.keySet());
      keys.removeAll(asked);
      return keys;
    }
  }
}
