package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Abs;
import io.nightjar.model.Affine;
import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.BatchNormParameters;
import io.nightjar.model.Clip;
import io.nightjar.model.Concat;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Elu;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gaussian;
import io.nightjar.model.Gelu;
import io.nightjar.model.GeluTanh;
import io.nightjar.model.GroupNorm;
import io.nightjar.model.HardSigmoid;
import io.nightjar.model.HardSwish;
import io.nightjar.model.InputSpec;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Joint;
import io.nightjar.model.Layer;
import io.nightjar.model.LayerNorm;
import io.nightjar.model.LeakyRelu;
import io.nightjar.model.MatMul;
import io.nightjar.model.MaxPool;
import io.nightjar.model.Model;
import io.nightjar.model.Multiply;
import io.nightjar.model.PRelu;
import io.nightjar.model.Pad;
import io.nightjar.model.Parameter;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Quadratic;
import io.nightjar.model.Range;
import io.nightjar.model.Recall;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.model.Shape;
import io.nightjar.model.Shapes;
import io.nightjar.model.Sigmoid;
import io.nightjar.model.Silu;
import io.nightjar.model.Softmax;
import io.nightjar.model.Softplus;
import io.nightjar.model.Square;
import io.nightjar.model.Subtract;
import io.nightjar.model.Tanh;
import io.nightjar.model.Task;
import io.nightjar.model.View;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import io.nightjar.model.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Random small networks of all layer kinds.
 *
 * <p>A network is a list of choices, and a choice that does not fit where it stands is left out, so
 * shrinking a failing network drops layers until only those that matter are left.
 */
public final class RandomNetworks {

  /** One layer to add, if it fits. */
  public record Choice(int kind, int size, int extra) {}

  /** Everything that a network and its records follow from. */
  public record Recipe(
      boolean image,
      int side,
      List<Choice> choices,
      Posterior.Kind posterior,
      boolean regression,
      boolean signedInput,
      long seed) {

    /** Returns the recipe with another kind of posterior. */
    public Recipe withPosterior(Posterior.Kind kind) {
      return new Recipe(image, side, choices, kind, regression, signedInput, seed);
    }
  }

  private static final int KINDS = 34;

  private RandomNetworks() {}

  /** Returns recipes of all kinds. */
  public static Arbitrary<Recipe> recipes() {
    Arbitrary<Choice> choice =
        Combinators.combine(
                Arbitraries.integers().between(0, KINDS - 1),
                Arbitraries.integers().between(1, 5),
                Arbitraries.integers().between(0, 3))
            .as(Choice::new);
    return Combinators.combine(
            Arbitraries.of(false, true),
            Arbitraries.integers().between(3, 7),
            choice.list().ofMinSize(0).ofMaxSize(8),
            Arbitraries.of(Posterior.Kind.class),
            Arbitraries.of(false, true),
            Arbitraries.of(false, true),
            Arbitraries.longs())
        .as(Recipe::new);
  }

  /** Builds the network of a recipe. */
  public static Model model(Recipe recipe) {
    Random random = new Random(recipe.seed());
    Shape input =
        recipe.image() ? new Shape(2, recipe.side() - 2, recipe.side()) : Shape.flat(recipe.side());
    List<Layer> layers = new ArrayList<>();
    Shapes shapes = new Shapes(input);
    for (Choice choice : recipe.choices()) {
      String name = "l" + layers.size();
      Layer layer = layer(choice, name, shapes);
      if (squares(layer) && layers.stream().filter(RandomNetworks::squares).count() == 2) {
        continue; // more of them in a row would leave the range of a double
      }
      try {
        shapes.next(layer);
      } catch (InvalidModelException e) {
        continue;
      }
      layers.add(layer);
    }
    Shape shape = shapes.current();
    if (!shape.isFlat()) {
      layers.add(new Flatten("flatten"));
    }
    int outputs = 2 + random.nextInt(3);
    layers.add(new Dense("last", shape.size(), outputs, true));
    if (!recipe.regression() && random.nextBoolean()) {
      layers.add(new Softmax("softmax"));
    }
    return model(recipe, input, layers, outputs, random);
  }

  private static Model model(
      Recipe recipe, Shape input, List<Layer> layers, int outputs, Random random) {
    Map<String, Range> calibration = new HashMap<>();
    for (Layer layer : layers) {
      double high = 0.5 + 4 * random.nextDouble();
      boolean positive =
          layer instanceof Relu || layer instanceof Sigmoid || layer instanceof Square;
      calibration.put(layer.name(), new Range(positive ? 0 : -high / 2, high));
    }
    Range range = recipe.signedInput() ? new Range(-1, 1.5) : new Range(0, 1);
    Architecture architecture =
        new Architecture(
            "random",
            recipe.regression() ? Task.REGRESSION : Task.CLASSIFICATION,
            new InputSpec(input, range, List.of()),
            layers,
            recipe.regression()
                ? List.of()
                : IntStream.range(0, outputs).mapToObj(i -> "c" + i).toList(),
            calibration);
    if (recipe.posterior() != Posterior.Kind.ENSEMBLE) {
      boolean point = recipe.posterior() == Posterior.Kind.POINT;
      return new Model(architecture, Posterior.of(weights(layers, point, random)));
    }
    List<WeightSet> members = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      members.add(weights(layers, true, random));
    }
    return new Model(architecture, Posterior.ensemble(members));
  }

  /** Records inside and outside the calibrated range. */
  public static RealColumns records(Model model, int count, Random random) {
    int features = model.architecture().input().shape().size();
    double[] values = random.doubles((long) features * count, -1.5, 2).toArray();
    return new RealColumns(features, count, values);
  }

  private static Layer layer(Choice choice, String name, Shapes shapes) {
    Shape shape = shapes.current();
    int size = choice.size();
    boolean bias = choice.extra() % 2 == 0;
    return switch (choice.kind()) {
      case 0, 1 -> new Dense(name, shape.size(), size, bias);
      case 2, 3 ->
          new Conv2d(
              name,
              shape.channels(),
              2 * size,
              1 + size % 3,
              1 + choice.extra() % 2,
              choice.extra() % 3 % 2,
              1,
              bias);
      case 4 ->
          new Conv2d(name, shape.channels(), 2 * shape.channels(), 2, 1, 0, shape.channels(), bias);
      case 5 -> new BatchNorm(name, shape.channels(), 1e-5);
      case 6 -> new AveragePool(name, 2, 1 + choice.extra() % 2, 0);
      case 7 -> new AveragePool(name, 3, 1, 1);
      case 8 -> new MaxPool(name, 2, 1 + choice.extra() % 2, choice.extra() / 2);
      case 9 -> new Flatten(name);
      case 22 -> new Subtract(name, source(choice, shapes, layer -> fits(layer, shape, true)));
      case 10 -> new ResidualAdd(name, source(choice, shapes, layer -> fits(layer, shape, true)));
      case 23 -> new Multiply(name, source(choice, shapes, layer -> fits(layer, shape, true)));
      case 24 -> new Concat(name, source(choice, shapes, layer -> fits(layer, shape, false)));
      case 25, 26 -> new Recall(name, source(choice, shapes, layer -> true));
      case 27 -> view(choice, name, shape);
      case 28 -> pad(choice, name);
      case 29 ->
          bias
              ? new GroupNorm(name, 1 + choice.extra() / 2, 0.01)
              : new LayerNorm(name, 0.001 * size);
      case 30 -> new AveragePool(name, everywhere(shape), true);
      case 31 ->
          switch (choice.extra()) {
            case 0 -> new Elu(name, 0.5 * size);
            case 1 -> new Softplus(name);
            case 2 -> new Abs(name);
            default -> new Affine(name, 0.5, 0.1 * size);
          };
      case 32 -> new Softmax(name);
      case 33 -> new MatMul(name, source(choice, shapes, left -> multiply(left, shape)));
      case 11 -> new Relu(name);
      case 12 -> new LeakyRelu(name, 0.1);
      case 13 -> choice.extra() < 2 ? new Sigmoid(name) : new Tanh(name);
      case 14 -> bias ? new Gelu(name) : new GeluTanh(name);
      case 15 -> new Square(name);
      case 19 ->
          new PRelu(
              name,
              new Random(size)
                  .doubles(bias ? shape.channels() : shape.size(), -1, 1)
                  .boxed()
                  .toList());
      case 20 ->
          switch (choice.extra()) {
            case 0 -> new Clip(name, -0.5, size);
            case 1 -> new HardSigmoid(name, 0.1 * size, 0.5);
            case 2 -> new Silu(name);
            default -> new HardSwish(name);
          };
      case 16 -> new Conv2d(name, shape.channels(), size, window(choice, false), 1, bias);
      case 17 -> new MaxPool(name, window(choice, true));
      case 18 -> new AveragePool(name, window(choice, bias), size % 2 == 0);
      default -> new Quadratic(name, bias ? 0.3 : -0.7, size - 3, 0.5);
    };
  }

  /** Returns an earlier layer, or the input, that is such a one. */
  private static String source(Choice choice, Shapes shapes, Predicate<Shape> which) {
    List<String> names = new ArrayList<>();
    shapes
        .ofLayers()
        .forEach(
            (name, shape) -> {
              if (which.test(shape)) {
                names.add(name);
              }
            });
    int last = names.size() - choice.extra() - choice.size() % 2;
    return last < 1 ? Joint.INPUT : names.get(last - 1);
  }

  private static boolean fits(Shape one, Shape other, boolean alsoOnes) {
    boolean area = one.height() == other.height() && one.width() == other.width();
    return alsoOnes ? one.channels() == other.channels() && (area || one.isFlat()) : area;
  }

  private static boolean multiply(Shape left, Shape right) {
    return left.channels() == right.channels() && left.width() == right.height();
  }

  private static Window everywhere(Shape shape) {
    return new Window(
        new Window.Side(shape.height(), 1, 1, 0, 0),
        new Window.Side(shape.width(), 1, 1, 0, 0),
        false);
  }

  /** Returns channels in another order, a part of the elements, or all of them turned around. */
  private static View view(Choice choice, String name, Shape shape) {
    int channels = shape.channels();
    int area = shape.height() * shape.width();
    return switch (choice.extra()) {
      case 0 -> // backwards
          new View(name, shape, shape.size() - 1, List.of(shape.size()), List.of(-1));
      case 1 -> // height and width exchanged
          new View(
              name,
              new Shape(channels, shape.width(), shape.height()),
              0,
              List.of(channels, shape.width(), shape.height()),
              List.of(area, 1, shape.width()));
      case 2 -> // each channel twice
          new View(
              name,
              new Shape(2 * channels, shape.height(), shape.width()),
              0,
              List.of(channels, 2, area),
              List.of(area, 0, 1));
      default -> // every second element
          new View(
              name,
              Shape.flat((shape.size() + 1) / 2),
              0,
              List.of((shape.size() + 1) / 2),
              List.of(2));
    };
  }

  private static Pad pad(Choice choice, String name) {
    Pad.Mode mode = List.of(Pad.Mode.values()).get(choice.size() % 3);
    int more = choice.extra() % 2;
    return new Pad(name, List.of(more, 1, choice.extra() / 2, 2), mode, 0.5);
  }

  /** Returns a window that is nothing like a square, as a choice has it. */
  private static Window window(Choice choice, boolean ceil) {
    Random random = new Random(10L * choice.size() + choice.extra());
    return new Window(side(random), side(random), ceil && random.nextBoolean());
  }

  private static Window.Side side(Random random) {
    return new Window.Side(
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        1 + random.nextInt(2),
        random.nextInt(2),
        random.nextInt(3));
  }

  private static boolean squares(Layer layer) {
    return layer instanceof Square || layer instanceof Quadratic;
  }

  private static WeightSet weights(List<Layer> layers, boolean point, Random random) {
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    Map<String, BatchNormParameters> norms = new HashMap<>();
    for (Layer layer : layers) {
      if (layer instanceof WeightedLayer weighted) {
        weights.put(layer.name(), parameter(weighted.weightCount(), point, random));
        if (weighted.bias()) {
          biases.put(layer.name(), parameter(weighted.biasCount(), point, random));
        }
      } else if (layer instanceof BatchNorm norm) {
        int n = norm.channels();
        norms.put(
            layer.name(),
            new BatchNormParameters(
                new Point(floats(n, -1, 1, random)),
                new Point(floats(n, -1, 1, random)),
                new Point(floats(n, -1, 1, random)),
                new Point(floats(n, 0.1, 2, random))));
      }
    }
    return new WeightSet(weights, biases, norms);
  }

  private static Parameter parameter(int size, boolean point, Random random) {
    float[] means = floats(size, -1, 1, random);
    return point ? new Point(means) : new Gaussian(means, floats(size, 0, 0.3, random));
  }

  private static float[] floats(int size, double low, double high, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return values;
  }
}
