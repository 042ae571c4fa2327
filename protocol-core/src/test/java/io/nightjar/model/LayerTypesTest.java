package io.nightjar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LayerTypesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static Arbitrary<Window> windows(boolean ceil) {
    Arbitrary<Integer> kernels =
        Arbitraries.integers().between(1, 32); // or there are too many weights
    Arbitrary<Integer> counts = Arbitraries.integers().between(1, 64);
    Arbitrary<Integer> few = Arbitraries.integers().between(1, 2);
    Arbitrary<Integer> paddings = Arbitraries.integers().between(0, 2);
    Arbitrary<Window.Side> sides =
        Combinators.combine(kernels, counts, few, paddings, paddings).as(Window.Side::new);
    Arbitrary<Window> uneven =
        Combinators.combine(sides, sides, Arbitraries.of(false, ceil)).as(Window::new);
    Arbitrary<Window> square = Combinators.combine(kernels, counts, paddings).as(Window::square);
    return Arbitraries.oneOf(uneven, square);
  }

  /** Returns layers of every type by the type's name; a new row in the table needs one here. */
  private static Map<String, Arbitrary<? extends Layer>> layersByType() {
    Arbitrary<String> names = Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(9);
    Arbitrary<String> layers = names.map(name -> "l" + name);
    Arbitrary<Integer> counts = Arbitraries.integers().between(1, 64);
    Arbitrary<Boolean> biases = Arbitraries.of(true, false);
    Arbitrary<Double> numbers =
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
    Map<String, Arbitrary<? extends Layer>> types = new LinkedHashMap<>();
    types.put("dense", Combinators.combine(layers, counts, counts, biases).as(Dense::new));
    types.put(
        "conv2d",
        Combinators.combine(layers, counts, counts, windows(false), counts, biases)
            .as(
                (name, inputs, outputs, window, groups, bias) ->
                    new Conv2d(name, inputs * groups, outputs * groups, window, groups, bias)));
    types.put(
        "batchNorm",
        Combinators.combine(layers, counts, Arbitraries.doubles().between(1e-9, 1).ofScale(15))
            .as(BatchNorm::new));
    types.put(
        "averagePool", Combinators.combine(layers, windows(true), biases).as(AveragePool::new));
    types.put("maxPool", Combinators.combine(layers, windows(true)).as(MaxPool::new));
    types.put("flatten", layers.map(Flatten::new));
    types.put("residualAdd", Combinators.combine(layers, layers).as(ResidualAdd::new));
    types.put("subtract", Combinators.combine(layers, layers).as(Subtract::new));
    types.put("multiply", Combinators.combine(layers, layers).as(Multiply::new));
    types.put("matMul", Combinators.combine(layers, layers).as(MatMul::new));
    types.put("concat", Combinators.combine(layers, layers).as(Concat::new));
    types.put("recall", Combinators.combine(layers, layers).as(Recall::new));
    Arbitrary<Integer> integers = Arbitraries.integers();
    types.put(
        "view",
        Combinators.combine(layers, counts, counts, integers, integers)
            .as(
                (name, rows, columns, offset, stride) ->
                    new View(
                        name,
                        new Shape(columns, 1, rows),
                        offset,
                        List.of(rows, columns),
                        List.of(stride, 1))));
    types.put(
        "pad",
        Combinators.combine(
                layers,
                Arbitraries.integers().between(0, 9).list().ofSize(4),
                Arbitraries.of(Pad.Mode.values()),
                numbers)
            .as(Pad::new));
    Arbitrary<Double> epsilons = Arbitraries.doubles().between(1e-9, 1).ofScale(15);
    types.put("groupNorm", Combinators.combine(layers, counts, epsilons).as(GroupNorm::new));
    types.put("layerNorm", Combinators.combine(layers, epsilons).as(LayerNorm::new));
    types.put("relu", layers.map(Relu::new));
    types.put("leakyRelu", Combinators.combine(layers, numbers).as(LeakyRelu::new));
    types.put(
        "prelu",
        Combinators.combine(layers, numbers.list().ofMinSize(1).ofMaxSize(9)).as(PRelu::new));
    types.put(
        "clip",
        Combinators.combine(layers, Arbitraries.doubles().between(-9, 0), counts)
            .as((name, low, high) -> new Clip(name, low, high)));
    types.put("sigmoid", layers.map(Sigmoid::new));
    types.put("hardSigmoid", Combinators.combine(layers, numbers, numbers).as(HardSigmoid::new));
    types.put("silu", layers.map(Silu::new));
    types.put("hardSwish", layers.map(HardSwish::new));
    types.put("tanh", layers.map(Tanh::new));
    types.put("elu", Combinators.combine(layers, numbers).as(Elu::new));
    types.put("softplus", layers.map(Softplus::new));
    types.put("exp", layers.map(Exp::new));
    types.put("log", layers.map(Log::new));
    types.put("sqrt", layers.map(Sqrt::new));
    types.put("abs", layers.map(Abs::new));
    types.put("reciprocal", layers.map(Reciprocal::new));
    types.put("affine", Combinators.combine(layers, numbers, numbers).as(Affine::new));
    types.put("gelu", layers.map(Gelu::new));
    types.put("geluTanh", layers.map(GeluTanh::new));
    types.put("square", layers.map(Square::new));
    types.put(
        "quadratic",
        Combinators.combine(layers, numbers.filter(a -> a != 0), numbers, numbers)
            .as(Quadratic::new));
    types.put("softmax", layers.map(Softmax::new));
    return types;
  }

  @Provide
  Arbitrary<Map.Entry<String, Layer>> layers() {
    return Arbitraries.of(layersByType().entrySet())
        .flatMap(type -> type.getValue().map(layer -> Map.entry(type.getKey(), layer)));
  }

  @Test
  void thisTestKnowsAllTypesInTheTable() {
    assertEquals(LayerTypes.names(), new ArrayList<>(layersByType().keySet()));
  }

  @Test
  void noTwoRowsHaveTheSameNameOrTheSameClass() {
    List<? extends Class<?>> classes = LayerTypes.ALL.stream().map(LayerType::layerClass).toList();

    assertEquals(LayerTypes.names().size(), new HashSet<>(LayerTypes.names()).size());
    assertEquals(classes.size(), new HashSet<>(classes).size());
  }

  @Property(tries = 1500)
  void aLayerIsTheSameAfterItWasWrittenAsJsonAndReadAgain(
      @ForAll("layers") Map.Entry<String, Layer> typeAndLayer) throws JsonProcessingException {
    Layer layer = typeAndLayer.getValue();
    Map<String, Object> fields = LayerJson.fields(layer);
    List<Layer> read = new ArrayList<>();
    JsonInput.read(
        MAPPER.writeValueAsBytes(fields), json -> read.add(LayerJson.read(json, "layer")));

    assertEquals(List.of(layer), read);
    assertEquals(List.of("name", "type"), new ArrayList<>(fields.keySet()).subList(0, 2));
    assertEquals(typeAndLayer.getKey(), fields.get("type"));
  }

  /** An activation that nobody has given a row. */
  private record Cube(String name) implements Activation {
    @Override
    public double apply(double x) {
      return x * x * x;
    }
  }

  @Test
  void aLayerWithoutARowIsNotWritten() {
    String message =
        assertThrows(IllegalStateException.class, () -> LayerJson.fields(new Cube("cube")))
            .getMessage();

    assertTrue(message.contains("'cube'") && message.contains(Cube.class.getName()), message);
  }
}
