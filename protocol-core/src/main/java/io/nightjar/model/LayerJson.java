package io.nightjar.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads layers from JSON objects and writes them, as {@link LayerTypes} describes them. */
public final class LayerJson {

  /** The keys whose values may be lists, and how long these are at the most. */
  private static final Map<String, Integer> LISTS =
      Map.of(
          "kernel", 4,
          "stride", 4,
          "dilation", 4,
          "padding", 4,
          "slopes", Shape.MAX_SIZE,
          "shape", 3,
          "sizes", View.MAX_SIZES,
          "strides", View.MAX_SIZES);

  private LayerJson() {}

  static Layer read(JsonInput input, String path) {
    Map<String, Object> values =
        JsonFields.read(input, path, key -> value(input, key, path + "." + Text.key(key)));
    try {
      return of(path, values);
    } catch (InvalidModelException e) {
      throw input.invalid(e.getMessage());
    }
  }

  private static Object value(JsonInput input, String key, String place) {
    if (!LISTS.containsKey(key) || !input.isArray()) {
      return input.scalar(place);
    }
    int most = LISTS.get(key);
    List<Object> numbers = new ArrayList<>();
    input.array(
        place,
        i -> {
          if (i == most) {
            throw input.invalid(
                "%s[%d]: there are %d numbers at the most".formatted(place, i, most));
          }
          numbers.add(input.scalar(place + "[" + i + "]"));
        });
    return numbers;
  }

  /**
   * Returns the layer with these keys and values: strings, booleans, longs, doubles and lists of
   * numbers.
   *
   * @param path the place of the object, for messages
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
    LayerType<?> type = LayerTypes.of(layer);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", layer.name());
    fields.put("type", type.name());
    type.write(layer, fields);
    return fields;
  }

  private static Layer read(JsonFields fields) {
    String name = fields.string("name");
    String type = fields.string("type");
    return LayerTypes.ALL.stream()
        .filter(known -> known.name().equals(type))
        .findFirst()
        .orElseThrow(() -> fields.unknownType(type, LayerTypes.names()))
        .read(name, fields);
  }
}
