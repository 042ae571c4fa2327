package io.nightjar.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Follows the shapes of outputs through the layers of a network, in their order. */
public final class Shapes {

  private final Map<String, Shape> known = new LinkedHashMap<>();
  private Shape current;

  /** Begins with the shape of the network's input. */
  public Shapes(Shape input) {
    known.put(Joint.INPUT, input);
    current = input;
  }

  /** Returns the shape of the last output. */
  public Shape current() {
    return current;
  }

  /**
   * Goes on to the output of a layer.
   *
   * @throws InvalidModelException naming the layer if it does not fit, or reads what is not there
   */
  public Shape next(Layer layer) {
    return put(
        layer.name(),
        layer instanceof Joint joint
            ? joint.output(current, source(joint))
            : ((Unary) layer).output(current));
  }

  /**
   * Goes on to an output of this shape, whatever was before.
   *
   * @throws InvalidModelException if there has been one of this name
   */
  public Shape put(String name, Shape shape) {
    if (known.put(name, shape) != null) {
      throw new InvalidModelException(
          "Two layers are called %s: names must be unique".formatted(Text.quote(name)));
    }
    current = shape;
    return shape;
  }

  private Shape source(Joint joint) {
    Shape source = known.get(joint.from());
    if (source == null) {
      throw new InvalidModelException(
          "Layer %s reads the output of %s, which is no earlier layer%s"
              .formatted(
                  Text.quote(joint.name()),
                  Text.quote(joint.from()),
                  Text.suggestion(joint.from(), known.keySet())));
    }
    return source;
  }

  /** Returns the shape of the output of each layer by its name, in their order. */
  public Map<String, Shape> ofLayers() {
    Map<String, Shape> layers = new LinkedHashMap<>(known);
    layers.remove(Joint.INPUT);
    return Collections.unmodifiableMap(layers);
  }
}
