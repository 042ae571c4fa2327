package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputSpecTest {

  private static final Range UNIT = new Range(0, 1);

  @Test
  void aTableHasAFeaturePerElementAndAnImageHasNone() {
    assertEquals(
        List.of("age", "heart rate"),
        new InputSpec(Shape.flat(2), UNIT, List.of("age", "heart rate")).features());
    assertEquals(List.of(), new InputSpec(new Shape(1, 28, 28), UNIT, List.of()).features());
  }

  @Test
  void anotherNumberOfFeaturesIsRefused() {
    assertRefused(
        "1 features for an input of shape 2: there must be 2, or none",
        () -> new InputSpec(Shape.flat(2), UNIT, List.of("age")));
  }

  @Test
  void equalFeaturesAreRefused() {
    assertRefused(
        "Feature \"age\" is given more than once",
        () -> new InputSpec(Shape.flat(2), UNIT, List.of("age", "age")));
  }

  @Test
  void aFeatureThatIsNotPlainTextIsRefused() {
    String rule =
        ": it must have from 1 to 1000 characters, no control characters, not only spaces";
    assertRefused("Feature \"\"" + rule, () -> oneFeature(""));
    assertRefused("Feature \" \"" + rule, () -> oneFeature(" "));
    assertRefused("Feature \"a\\u000ab\"" + rule, () -> oneFeature("a\nb"));
    assertRefused("Feature \"a\\ud800\"" + rule, () -> oneFeature("a\ud800"));
    assertRefused("Feature \"a\\u2028\"" + rule, () -> oneFeature("a\u2028"));
    assertRefused(
        "Feature \"%s\"... (1001 characters)%s".formatted("x".repeat(120), rule),
        () -> oneFeature("x".repeat(1001)));
  }

  @Test
  void theEndsOfARangeMayBeEqual() {
    assertEquals(2, new Range(-2, -2).magnitude());
    assertEquals(3, new Range(-2, 3).magnitude());
  }

  @ParameterizedTest
  @CsvSource({"1.0, 0.0", "NaN, 1.0", "0.0, NaN", "0.0, Infinity", "-Infinity, 0.0"})
  void aRangeOutOfOrderOrNotFiniteIsRefused(double low, double high) {
    assertRefused(
        "Range [%s, %s]: both ends must be finite, the lower one first".formatted(low, high),
        () -> new Range(low, high));
  }

  private static InputSpec oneFeature(String name) {
    return new InputSpec(Shape.flat(1), UNIT, List.of(name));
  }
}
