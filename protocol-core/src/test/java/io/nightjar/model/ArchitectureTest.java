package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

  private static final Range UNIT = new Range(0, 1);
  private static final InputSpec IMAGE = new InputSpec(new Shape(1, 6, 6), UNIT, List.of());
  private static final Layer CONV = new Conv2d("conv", 1, 2, 3, 1, 1, 1, true);
  private static final Layer FLATTEN = new Flatten("flat");
  private static final Layer DENSE = new Dense("fc", 72, 3, true);
  private static final List<String> CLASSES = List.of("a", "b", "c");

  @Test
  void shapesAreInTheOrderOfTheLayers() {
    Architecture architecture = classifier(CONV, FLATTEN, DENSE, new Softmax("softmax"));

    assertEquals(
        List.of("conv=2x6x6", "flat=72", "fc=3", "softmax=3"),
        architecture.shapes().entrySet().stream().map(Object::toString).toList());
  }

  @Test
  void aLayerIsFoundByItsName() {
    Architecture architecture = classifier(CONV, FLATTEN, DENSE);

    assertEquals(CONV, architecture.layer("conv"));
    assertRefused(
        "There is no layer \"conv1\"; did you mean \"conv\"?", () -> architecture.layer("conv1"));
  }

  @Test
  void rangesMayBeGivenWhereNoneIsNeededAndAreSortedByLayer() {
    Architecture architecture =
        classifier(
            List.of(CONV, FLATTEN, DENSE),
            Map.of("fc", UNIT, "conv", new Range(-1, 1), "flat", UNIT));

    assertEquals(List.of("conv", "flat", "fc"), List.copyOf(architecture.calibration().keySet()));
  }

  static Stream<Arguments> invalidLayers() {
    return Stream.of(
        arguments(List.of(), "The number of layers is 0: it must be from 1 to 4096"),
        arguments(
            IntStream.range(0, 4097).mapToObj(i -> new Relu("r" + i)).toList(),
            "The number of layers is 4097: it must be from 1 to 4096"),
        arguments(
            List.of(CONV, new Flatten("conv"), DENSE),
            "Two layers are called \"conv\": names must be unique"),
        arguments(
            List.of(CONV, DENSE),
            "Layer \"fc\" takes a vector, but its input has shape 2x6x6: "
                + "put a flatten layer before it"),
        arguments(
            List.of(CONV, new ResidualAdd("sum", "cnov"), FLATTEN, DENSE),
            "Layer \"sum\" reads the output of \"cnov\", which is no earlier layer; "
                + "did you mean \"conv\"?"),
        arguments(
            List.of(CONV, new ResidualAdd("sum", "flat"), FLATTEN, DENSE),
            "Layer \"sum\" reads the output of \"flat\", which is no earlier layer"),
        arguments(
            List.of(CONV, new ResidualAdd("sum", "sum"), FLATTEN, DENSE),
            "Layer \"sum\" reads the output of \"sum\", which is no earlier layer"),
        arguments(
            List.of(CONV, new Recall("again", "flat"), FLATTEN, DENSE),
            "Layer \"again\" reads the output of \"flat\", which is no earlier layer"),
        arguments(
            List.of(CONV, FLATTEN, new ResidualAdd("sum", "conv"), DENSE),
            "Layer \"sum\" adds \"conv\" of shape 2x6x6 and has an input of shape 72: "
                + "sides must be equal, or 1"),
        arguments(
            List.of(FLATTEN),
            "There is no layer with weights: a network needs a dense layer or a convolution"),
        arguments(
            List.of(CONV),
            "The last layer \"conv\" has an output of shape 2x6x6: it must be a vector, "
                + "end with a flatten layer"),
        arguments(
            List.of(CONV, FLATTEN),
            "The last layer \"flat\" has 72 outputs for 3 classes: there must be one for each"));
  }

  @ParameterizedTest
  @MethodSource("invalidLayers")
  void layersThatDoNotFitTogetherAreRefused(List<Layer> layers, String message) {
    assertRefused(message, () -> classifier(layers, Map.of()));
  }

  @Test
  void aResidualAddMayTakeTheInput() {
    Architecture architecture =
        classifier(
            new Conv2d("same", 1, 1, 3, 1, 1, 1, false),
            new ResidualAdd("sum", "input"),
            FLATTEN,
            new Dense("fc", 36, 3, true));

    assertEquals(new Shape(1, 6, 6), architecture.shapes().get("sum"));
  }

  @Test
  void aClassificationHasTwoClassesOrMore() {
    assertRefused(
        "1 classes: a classification has at least 2",
        () -> architecture(Task.CLASSIFICATION, List.of("only")));
    assertRefused(
        "0 classes: a classification has at least 2",
        () -> architecture(Task.CLASSIFICATION, List.of()));
    assertRefused(
        "Class \"a\" is given more than once",
        () -> architecture(Task.CLASSIFICATION, List.of("a", "b", "a")));
  }

  @Test
  void aRegressionHasNeitherClassesNorSoftmax() {
    assertEquals(Task.REGRESSION, architecture(Task.REGRESSION, List.of()).task());
    assertRefused("3 classes: a regression has none", () -> architecture(Task.REGRESSION, CLASSES));
    assertRefused(
        "Layer \"soft\" is a softmax: a regression has none",
        () ->
            new Architecture(
                "m",
                Task.REGRESSION,
                IMAGE,
                List.of(CONV, FLATTEN, DENSE, new Softmax("soft")),
                List.of(),
                Map.of()));
  }

  @Test
  void aRangeForNoLayerIsRefused() {
    assertRefused(
        "There is a calibration range for \"cov\", which is no layer; did you mean \"conv\"?",
        () -> classifier(List.of(CONV, FLATTEN, DENSE), Map.of("cov", UNIT)));
  }

  @Test
  void theNameIsPlain() {
    assertRefused(
        "Model name \"../m\": it must have from 1 to 100 characters out of A-Z, a-z, 0-9, '_', "
            + "'.' and '-'",
        () ->
            new Architecture(
                "../m",
                Task.CLASSIFICATION,
                IMAGE,
                List.of(CONV, FLATTEN, DENSE),
                CLASSES,
                Collections.emptyMap()));
  }

  private static Architecture architecture(Task task, List<String> classes) {
    return new Architecture("m", task, IMAGE, List.of(CONV, FLATTEN, DENSE), classes, Map.of());
  }

  private static Architecture classifier(Layer... layers) {
    Map<String, Range> calibration = new HashMap<>();
    for (Layer layer : layers) {
      if (layer instanceof ResidualAdd) {
        calibration.put(layer.name(), UNIT);
      }
    }
    return classifier(List.of(layers), calibration);
  }

  private static Architecture classifier(List<Layer> layers, Map<String, Range> calibration) {
    return new Architecture("m", Task.CLASSIFICATION, IMAGE, layers, CLASSES, calibration);
  }
}
