package io.nightjar.model;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One type of layer: a row of {@link LayerTypes}.
 *
 * @param name what the key {@code type} says of such a layer
 * @param layerClass the class of such layers
 * @param reader makes a layer from its name and its other keys
 * @param writer puts the values of all keys but {@code name} and {@code type}, in their order
 */
record LayerType<L extends Layer>(
    String name,
    Class<L> layerClass,
    BiFunction<String, JsonFields, L> reader,
    BiConsumer<L, Map<String, Object>> writer) {

  /** Returns the type of layers that have nothing but a name. */
  static <L extends Layer> LayerType<L> plain(
      String name, Class<L> layerClass, Function<String, L> reader) {
    return new LayerType<>(
        name, layerClass, (layer, json) -> reader.apply(layer), (layer, json) -> {});
  }

  /** Reads a layer of this type. */
  L read(String layer, JsonFields json) {
    return reader.apply(layer, json);
  }

  /** Writes a layer of this type. */
  void write(Layer layer, Map<String, Object> json) {
    writer.accept(layerClass.cast(layer), json);
  }
}
