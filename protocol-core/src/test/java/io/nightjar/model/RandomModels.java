package io.nightjar.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/** Makes small models of every kind from a seed. */
final class RandomModels {

  private final Random random;
  private final List<Layer> layers = new ArrayList<>();
  private final Shapes shapes;
  private Shape shape;

  private RandomModels(long seed) {
    this.random = new Random(seed);
    this.shape =
        random.nextInt(3) == 0
            ? Shape.flat(1 + random.nextInt(6))
            : new Shape(1 + random.nextInt(3), 1 + random.nextInt(8), 1 + random.nextInt(8));
    this.shapes = new Shapes(shape);
  }

  static Model model(long seed) {
    RandomModels models = new RandomModels(seed);
    Architecture architecture = models.architecture();
    return new Model(architecture, models.posterior(architecture));
  }

  private Architecture architecture() {
    InputSpec input = input();
    for (int steps = random.nextInt(8); steps > 0; steps--) {
      addAny();
    }
    Task task = random.nextBoolean() ? Task.CLASSIFICATION : Task.REGRESSION;
    if (!shape.isFlat()) {
      add(new Flatten(name()));
    }
    int outputs = 2 + random.nextInt(3);
    add(new Dense(name(), shape.size(), outputs, random.nextBoolean()));
    List<String> classes = List.of();
    if (task == Task.CLASSIFICATION) {
      classes = IntStream.range(0, outputs).mapToObj(i -> "class \"" + i + "\" \u00e9\\").toList();
      if (random.nextBoolean()) {
        add(new Softmax(name()));
      }
    }
    Map<String, Range> calibration = new HashMap<>();
    layers.stream()
        .filter(layer -> !(layer instanceof Dense) || random.nextBoolean())
        .forEach(layer -> calibration.put(layer.name(), range()));
    return new Architecture(
        "model-" + random.nextInt(1000), task, input, layers, classes, calibration);
  }

  private void addAny() {
    switch (random.nextInt(25)) {
      case 0 -> addDense();
      case 1 -> addConvolution();
      case 2 -> add(new BatchNorm(name(), shape.channels(), Math.max(1e-9, random.nextDouble())));
      case 3 -> addPool();
      case 4 -> add(new Flatten(name()));
      case 5 -> addJoint();
      case 6 -> add(new Relu(name()));
      case 7 -> add(new LeakyRelu(name(), random.nextGaussian()));
      case 8 -> add(new Sigmoid(name()));
      case 9 -> add(new Tanh(name()));
      case 10 -> add(new Gelu(name()));
      case 11 -> add(new Square(name()));
      case 12 -> add(quadratic());
      case 13 -> add(new PRelu(name(), random.doubles(shape.channels(), -1, 1).boxed().toList()));
      case 14 -> add(new Clip(name(), -random.nextDouble(), 1 + random.nextDouble()));
      case 15 -> add(new HardSigmoid(name(), random.nextGaussian(), random.nextDouble()));
      case 16 -> add(new Silu(name()));
      case 17 -> add(new HardSwish(name()));
      case 18 -> add(new GeluTanh(name()));
      case 23 -> addFunction();
      case 19 -> add(view());
      case 20 -> add(pad());
      case 21 -> add(new GroupNorm(name(), shape.channels(), Math.max(1e-9, random.nextDouble())));
      case 22 -> add(new LayerNorm(name(), Math.max(1e-9, random.nextDouble())));
      default -> addConvolution();
    }
  }

  private Quadratic quadratic() {
    double a = random.nextGaussian();
    return new Quadratic(
        name(), a == 0 ? Double.MIN_VALUE : a, random.nextGaussian(), random.nextInt(3));
  }

  private void addFunction() {
    switch (random.nextInt(9)) {
      case 0 -> add(new Elu(name(), random.nextGaussian()));
      case 1 -> add(new Softplus(name()));
      case 2 -> add(new Exp(name()));
      case 3 -> add(new Log(name()));
      case 4 -> add(new Sqrt(name()));
      case 5 -> add(new Abs(name()));
      case 6 -> add(new Reciprocal(name()));
      case 7 -> add(new Affine(name(), random.nextGaussian(), random.nextGaussian()));
      default -> addProduct();
    }
  }

  /** Multiplies an image by itself, turned around. */
  private void addProduct() {
    String left = name();
    add(new Relu(left));
    int channels = shape.channels();
    int area = shape.height() * shape.width();
    add(
        new View(
            name(),
            new Shape(channels, /* height= */ shape.width(), /* width= */ shape.height()),
            0,
            List.of(channels, shape.width(), shape.height()),
            List.of(area, 1, shape.width())));
    add(new MatMul(name(), left));
  }

  private void addDense() {
    if (!shape.isFlat()) {
      add(new Flatten(name()));
    }
    add(new Dense(name(), shape.size(), 1 + random.nextInt(5), random.nextBoolean()));
  }

  private void addConvolution() {
    int kernel = 1 + random.nextInt(3);
    int groups = random.nextBoolean() ? 1 : shape.channels();
    add(
        new Conv2d(
            name(),
            shape.channels(),
            groups * (1 + random.nextInt(2)),
            kernel,
            1 + random.nextInt(2),
            kernel - 1 + random.nextInt(2),
            groups,
            random.nextBoolean()));
  }

  private void addPool() {
    int kernel = Math.min(Math.min(shape.height(), shape.width()), 1 + random.nextInt(3));
    int stride = 1 + random.nextInt(3);
    int padding = random.nextInt(kernel / 2 + 1);
    add(
        random.nextBoolean()
            ? new AveragePool(name(), kernel, stride, padding)
            : new MaxPool(name(), kernel, stride, padding));
  }

  private void addJoint() {
    List<String> all = new ArrayList<>(shapes.ofLayers().keySet());
    all.add(Joint.INPUT);
    add(new Recall(name(), all.get(random.nextInt(all.size()))));
    List<String> equal = new ArrayList<>();
    shapes
        .ofLayers()
        .forEach(
            (name, other) -> {
              if (other.equals(shape)) {
                equal.add(name);
              }
            });
    String from = equal.get(random.nextInt(equal.size()));
    switch (random.nextInt(4)) {
      case 0 -> add(new ResidualAdd(name(), from));
      case 3 -> add(new Subtract(name(), from));
      case 1 -> add(new Multiply(name(), from));
      default -> add(new Concat(name(), from));
    }
  }

  private View view() {
    int size = 1 + random.nextInt(shape.size());
    return new View(
        name(),
        new Shape(2, 1, size),
        size - 1,
        List.of(2, size),
        List.of(random.nextInt(shape.size() - size + 1), -1));
  }

  private Pad pad() {
    Pad.Mode mode = random.nextBoolean() ? Pad.Mode.CONSTANT : Pad.Mode.EDGE;
    List<Integer> padding = random.ints(4, 0, 3).boxed().toList();
    return new Pad(name(), padding, mode, random.nextInt(2) * random.nextGaussian());
  }

  private void add(Layer layer) {
    layers.add(layer);
    shape = shapes.next(layer);
  }

  private String name() {
    return List.of("fc", "Conv_", "a.b-", "features.").get(random.nextInt(4)) + layers.size();
  }

  private Range range() {
    double low = random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4);
    return new Range(low, low + random.nextInt(3) * random.nextDouble());
  }

  private InputSpec input() {
    return shape.isFlat() && random.nextBoolean()
        ? new InputSpec(shape, range(), List.of(), columns())
        : new InputSpec(shape, range(), features());
  }

  /** Returns columns of a table that give as many features as the shape has elements. */
  private List<InputColumn> columns() {
    List<InputColumn> columns = new ArrayList<>();
    for (int left = shape.size(); left > 0; left -= columns.get(columns.size() - 1).features()) {
      columns.add(column("\"column\" " + columns.size() + " \u00e9", left));
    }
    return columns;
  }

  private InputColumn column(String name, int most) {
    double low = random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4);
    double high = low + 1e-3 + random.nextDouble();
    return switch (random.nextInt(most < 2 ? 2 : 3)) {
      case 0 -> new NumberColumn(name, low, high, OptionalDouble.empty());
      case 1 ->
          new CategoryColumn(
              name,
              IntStream.rangeClosed(0, random.nextInt(most)).mapToObj(i -> "\u00e9 " + i).toList(),
              random.nextBoolean());
      default -> new NumberColumn(name, low, high, OptionalDouble.of(low));
    };
  }

  private List<String> features() {
    return random.nextBoolean()
        ? List.of()
        : IntStream.range(0, shape.size()).mapToObj(i -> "column " + i).toList();
  }

  private Posterior posterior(Architecture architecture) {
    if (random.nextInt(3) == 0) {
      int members = 1 + random.nextInt(12);
      return Posterior.ensemble(
          IntStream.range(0, members).mapToObj(i -> weights(architecture, 0)).toList());
    }
    return Posterior.of(weights(architecture, random.nextInt(3)));
  }

  /** Returns random weights; of every two parameters, so many are Gaussian on average. */
  private WeightSet weights(Architecture architecture, int gaussians) {
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    Map<String, BatchNormParameters> norms = new HashMap<>();
    for (Layer layer : architecture.layers()) {
      if (layer instanceof WeightedLayer weighted) {
        weights.put(layer.name(), parameter(weighted.weightCount(), gaussians));
        if (weighted.bias()) {
          biases.put(layer.name(), parameter(weighted.biasCount(), gaussians));
        }
      } else if (layer instanceof BatchNorm norm) {
        int n = norm.channels();
        norms.put(
            layer.name(),
            new BatchNormParameters(
                new Point(values(n)),
                new Point(values(n)),
                new Point(values(n)),
                new Point(magnitudes(n))));
      }
    }
    return new WeightSet(weights, biases, norms);
  }

  private Parameter parameter(int size, int gaussians) {
    return random.nextInt(2) < gaussians
        ? new Gaussian(values(size), magnitudes(size))
        : new Point(values(size));
  }

  private float[] values(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = finite(Float.intBitsToFloat(random.nextInt()));
    }
    return values;
  }

  private float[] magnitudes(int size) {
    float[] values = values(size);
    for (int i = 0; i < size; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  private static float finite(float value) {
    return Float.isFinite(value) ? value : -0f;
  }
}
