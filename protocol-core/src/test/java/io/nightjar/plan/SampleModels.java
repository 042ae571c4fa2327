package io.nightjar.plan;

import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.CategoryColumn;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Parameter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/** Networks of the usual shapes, with weights as a training run might leave them. */
public final class SampleModels {

  private SampleModels() {}

  /** 784-128-64-10. */
  public static Model mlp() {
    return model(
        "mlp",
        Shape.flat(784),
        List.of(
            new Dense("fc1", 784, 128, true),
            new Relu("relu1"),
            new Dense("fc2", 128, 64, true),
            new Relu("relu2"),
            new Dense("fc3", 64, 10, true)));
  }

  /** LeNet-5, with its average pools. */
  public static Model lenet() {
    return model(
        "lenet",
        new Shape(1, 28, 28),
        List.of(
            new Conv2d("conv1", 1, 6, 5, 1, 2, 1, true),
            new AveragePool("pool1", 2, 2, 0),
            new Relu("relu1"),
            new Conv2d("conv2", 6, 16, 5, 1, 0, 1, true),
            new AveragePool("pool2", 2, 2, 0),
            new Relu("relu2"),
            new Flatten("flatten"),
            new Dense("fc1", 400, 120, true),
            new Relu("relu3"),
            new Dense("fc2", 120, 84, true),
            new Relu("relu4"),
            new Dense("fc3", 84, 10, true)));
  }

  /**
   * A network of 6 features that every protocol evaluates with every privacy that it offers. Values
   * of records in the input range stay within half of what calibration has.
   */
  public static Model squares() {
    Random random = new Random(3);
    Map<String, Range> calibration = Map.of("square", new Range(0, 9));
    return new Model(
        new Architecture(
            "squares",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(6), new Range(0, 1), List.of()),
            List.of(
                new Dense("fc1", 6, 5, true), new Square("square"), new Dense("fc2", 5, 3, true)),
            List.of("a", "b", "c"),
            calibration),
        Posterior.of(
            new WeightSet(
                Map.of("fc1", gaussian(30, 0.3, random), "fc2", gaussian(15, 0.3, random)),
                Map.of("fc1", gaussian(5, 0.1, random), "fc2", gaussian(3, 0.1, random)),
                Map.of())));
  }

  /** A network for a table with a number, one that may be missing, and two categories. */
  public static Model table() {
    List<InputColumn> columns =
        List.of(
            new NumberColumn("age", 18, 100, OptionalDouble.empty()),
            new NumberColumn("creatinine", 0.3, 6, OptionalDouble.of(0.9)),
            new CategoryColumn("ward \u00e9", List.of("medical", "\"icu\""), false),
            new CategoryColumn("sex", List.of("f", "m"), true));
    return model(
        "table",
        new InputSpec(Shape.flat(7), new Range(0, 1), List.of(), columns),
        List.of(new Dense("fc1", 7, 5, true), new Relu("relu"), new Dense("fc2", 5, 10, true)));
  }

  private static Model model(String name, Shape input, List<Layer> layers) {
    return model(name, new InputSpec(input, new Range(0, 1), List.of()), layers);
  }

  private static Model model(String name, InputSpec input, List<Layer> layers) {
    Random random = new Random(5);
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    Map<String, Range> calibration = new HashMap<>();
    for (Layer layer : layers) {
      calibration.put(layer.name(), new Range(0, 6));
      if (layer instanceof WeightedLayer weighted) {
        int fanIn = weighted.weightCount() / weighted.biasCount();
        double spread = 1 / Math.sqrt(fanIn);
        weights.put(layer.name(), gaussian(weighted.weightCount(), spread, random));
        biases.put(layer.name(), gaussian(weighted.biasCount(), spread, random));
      }
    }
    Architecture architecture =
        new Architecture(
            name,
            Task.CLASSIFICATION,
            input,
            layers,
            IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
            calibration);
    return new Model(architecture, Posterior.of(new WeightSet(weights, biases, Map.of())));
  }

  private static Parameter gaussian(int size, double spread, Random random) {
    float[] means = new float[size];
    float[] stds = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (spread * random.nextGaussian());
      stds[i] = (float) (spread * 0.3);
    }
    return new Gaussian(means, stds);
  }
}
