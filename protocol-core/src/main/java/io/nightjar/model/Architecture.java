package io.nightjar.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network without its parameters: each layer takes the output of the one before, the first one
 * the input; a {@link Joint} also takes an earlier one.
 *
 * @param name the model's name, for people and reports
 * @param classes what the outputs of a classification stand for; empty for a regression
 * @param calibration the range of the <em>output</em> of layers, by name; a plan needs one wherever
 *     a layer's output is quantised again
 */
public record Architecture(
    String name,
    Task task,
    InputSpec input,
    List<Layer> layers,
    List<String> classes,
    Map<String, Range> calibration) {

  /** The largest number of layers that a network may have. */
  public static final int MAX_LAYERS = 4096;

  /**
   * Checks that the layers fit together, that the last output fits the task, and that ranges are
   * those of layers.
   *
   * @throws InvalidModelException naming the layer that breaks a rule
   */
  public Architecture {
    Checks.name("Model name", name);
    layers = List.copyOf(layers);
    classes = Checks.labels("Class", classes);
    Checks.between("The number of layers", layers.size(), 1, MAX_LAYERS);
    Map<String, Shape> shapes = shapesOf(input.shape(), layers);
    checkLayers(layers);
    checkOutput(task, layers, shapes, classes);
    calibration = inOrder(calibration, shapes.keySet());
  }

  /** Returns the shape of the output of each layer by name, in the order of the layers. */
  public Map<String, Shape> shapes() {
    return shapesOf(input.shape(), layers);
  }

  /**
   * Returns the layer with this name.
   *
   * @throws InvalidModelException if there is none
   */
  public Layer layer(String layer) {
    return layers.stream()
        .filter(l -> l.name().equals(layer))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidModelException(
                    "There is no layer %s%s"
                        .formatted(Text.quote(layer), Text.suggestion(layer, names(layers)))));
  }

  /** Returns the same with other ranges. */
  public Architecture calibrated(Map<String, Range> ranges) {
    return new Architecture(name, task, input, layers, classes, ranges);
  }

  private static Map<String, Shape> shapesOf(Shape input, List<Layer> layers) {
    Shapes shapes = new Shapes(input);
    layers.forEach(shapes::next);
    return shapes.ofLayers();
  }

  private static void checkLayers(List<Layer> layers) {
    if (layers.stream().noneMatch(WeightedLayer.class::isInstance)) {
      throw new InvalidModelException(
          "There is no layer with weights: a network needs a dense layer or a convolution");
    }
  }

  private static void checkOutput(
      Task task, List<Layer> layers, Map<String, Shape> shapes, List<String> classes) {
    Layer last = layers.get(layers.size() - 1);
    Shape output = shapes.get(last.name());
    if (!output.isFlat()) {
      throw new InvalidModelException(
          "The last layer %s has an output of shape %s: it must be a vector, end with a flatten"
                  .formatted(Text.quote(last.name()), output)
              + " layer");
    }
    if (task == Task.REGRESSION) {
      if (!classes.isEmpty()) {
        throw new InvalidModelException(
            "%d classes: a regression has none".formatted(classes.size()));
      }
      if (last instanceof Softmax) {
        throw new InvalidModelException(
            "Layer %s is a softmax: a regression has none".formatted(Text.quote(last.name())));
      }
    } else if (classes.size() < 2) {
      throw new InvalidModelException(
          "%d classes: a classification has at least 2".formatted(classes.size()));
    } else if (output.size() != classes.size()) {
      throw new InvalidModelException(
          "The last layer %s has %d outputs for %d classes: there must be one for each"
              .formatted(Text.quote(last.name()), output.size(), classes.size()));
    }
  }

  /** Sorts the ranges by layer, so that equal architectures are also written equally. */
  private static Map<String, Range> inOrder(Map<String, Range> calibration, Set<String> names) {
    for (String name : calibration.keySet()) {
      if (!names.contains(name)) {
        throw new InvalidModelException(
            "There is a calibration range for %s, which is no layer%s"
                .formatted(Text.quote(name), Text.suggestion(name, names)));
      }
    }
    Map<String, Range> sorted = new LinkedHashMap<>();
    for (String name : names) {
      if (calibration.containsKey(name)) {
        sorted.put(name, calibration.get(name));
      }
    }
    return Collections.unmodifiableMap(sorted);
  }

  private static Set<String> names(List<Layer> layers) {
    return layers.stream().map(Layer::name).collect(Collectors.toSet());
  }
}
