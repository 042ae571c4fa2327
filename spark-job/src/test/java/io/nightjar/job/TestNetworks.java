package io.nightjar.job;

import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Small networks that tell three classes apart; other seeds have other weights, and other plans.
 */
public final class TestNetworks {

  /** Beyond whatever a layer's drawn weights make of a record, so that nothing warns of it. */
  private static final double WIDE = 6;

  private TestNetworks() {}

  /** Returns a network of two layers with a ReLU between them, which takes two rounds. */
  public static Model withRelu(int seed) {
    return ofSixFeatures(
        seed, new Dense("fc1", 6, 5, true), new Relu("relu"), new Dense("fc2", 5, 3, true));
  }

  /** Returns the same with deviations that are gone when weights are rounded. */
  public static Model withReluHardlyDrawn(int seed) {
    Model drawn = withRelu(seed);
    WeightSet set = drawn.posterior().weights();
    return new Model(
        drawn.architecture(),
        Posterior.of(new WeightSet(narrow(set.weights()), narrow(set.biases()), Map.of())));
  }

  private static Map<String, Parameter> narrow(Map<String, Parameter> drawn) {
    return drawn.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> narrow(one.getValue())));
  }

  private static Parameter narrow(Parameter drawn) {
    float[] stds = new float[drawn.size()];
    Arrays.fill(stds, 1e-9f);
    return new Gaussian(drawn.means(), stds);
  }

  /**
   * Returns a network of two layers with a square between them, which ciphertexts can go through.
   */
  public static Model withSquare(int seed) {
    return ofSixFeatures(
        seed, new Dense("fc1", 6, 5, true), new Square("square"), new Dense("fc2", 5, 3, true));
  }

  /** Returns a network of these layers, for records of six features. */
  public static Model ofSixFeatures(int seed, Layer... layers) {
    return of(
        seed,
        new InputSpec(
            Shape.flat(6), new Range(0, 1), IntStream.range(0, 6).mapToObj(k -> "f" + k).toList()),
        layers);
  }

  /** Returns a network that predicts one value, in two rounds. */
  public static Model ofOneValue(int seed) {
    return of(
        seed,
        Task.REGRESSION,
        List.of(),
        new InputSpec(
            Shape.flat(6), new Range(0, 1), IntStream.range(0, 6).mapToObj(k -> "f" + k).toList()),
        List.of(new Dense("fc1", 6, 5, true), new Relu("relu"), new Dense("fc2", 5, 1, true)));
  }

  /** Returns a network of these layers, for such records. */
  public static Model of(int seed, InputSpec input, Layer... layers) {
    return of(seed, Task.CLASSIFICATION, List.of("no", "maybe", "yes"), input, List.of(layers));
  }

  private static Model of(
      int seed, Task task, List<String> classes, InputSpec input, List<Layer> layers) {
    Random random = new Random(seed);
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    for (Layer layer : layers) {
      if (layer instanceof WeightedLayer weighted) {
        weights.put(layer.name(), gaussian(weighted.weightCount(), random));
        biases.put(layer.name(), gaussian(weighted.biasCount(), random));
      }
    }
    Architecture architecture =
        new Architecture(
            "small",
            task,
            input,
            layers,
            classes,
            layers.stream()
                .filter(layer -> !(layer instanceof WeightedLayer))
                .collect(
                    Collectors.toMap(
                        Layer::name, layer -> new Range(0, layer instanceof Square ? 20 : WIDE))));
    return new Model(architecture, Posterior.of(new WeightSet(weights, biases, Map.of())));
  }

  private static Gaussian gaussian(int size, Random random) {
    float[] means = new float[size];
    float[] stds = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (0.7 * random.nextGaussian());
      stds[i] = 0.2f;
    }
    return new Gaussian(means, stds);
  }
}
