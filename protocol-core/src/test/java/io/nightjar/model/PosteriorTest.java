package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PosteriorTest {

  private static final Architecture ARCHITECTURE =
      new Architecture(
          "m",
          Task.CLASSIFICATION,
          new InputSpec(Shape.flat(1), new Range(0, 1), List.of()),
          List.of(
              new Dense("fc", 1, 2, true),
              new BatchNorm("bn", 2, 0.25),
              new Dense("out", 2, 2, false)),
          List.of("a", "b"),
          Map.of());

  private static final Parameter TWO = new Point(new float[] {1, 2});
  private static final Parameter FOUR = new Point(new float[] {1, 2, 3, 4});
  private static final Parameter SURE = new Gaussian(new float[] {1, 2}, new float[] {0.5f, 0});
  private static final BatchNormParameters NORM =
      new BatchNormParameters(point(2, 3), point(5, 7), point(1, -1), point(0.75f, 3.75f));
  private static final WeightSet POINTS =
      new WeightSet(Map.of("fc", TWO, "out", FOUR), Map.of("fc", TWO), Map.of("bn", NORM));
  private static final WeightSet GAUSSIANS =
      new WeightSet(Map.of("fc", SURE, "out", FOUR), Map.of("fc", TWO), Map.of("bn", NORM));

  @Test
  void oneDistributionMakesAMeanField() {
    assertEquals(Posterior.Kind.POINT, Posterior.of(POINTS).kind());
    assertEquals(Posterior.Kind.MEAN_FIELD, Posterior.of(GAUSSIANS).kind());
    assertEquals(Posterior.Kind.ENSEMBLE, Posterior.ensemble(List.of(POINTS)).kind());
  }

  @Test
  void parametersAreFoundByLayer() {
    Posterior posterior = Posterior.of(GAUSSIANS);

    assertEquals(0.5f, posterior.weight("fc").std(0));
    assertEquals(Optional.of(TWO), posterior.bias("fc"));
    assertEquals(Optional.empty(), posterior.bias("out"));
    assertEquals(NORM, posterior.batchNorm("bn"));
    assertRefused(
        "The posterior has no weights for layer \"fcc\"; did you mean \"fc\"?",
        () -> posterior.weight("fcc"));
    assertRefused(
        "The posterior has no batch normalisation for layer \"fc\"",
        () -> posterior.batchNorm("fc"));
  }

  @Test
  void anEnsembleHasNoOneSetOfWeights() {
    Posterior posterior = Posterior.ensemble(List.of(POINTS, POINTS));

    assertEquals(List.of(POINTS, POINTS), posterior.members());
    assertEquals(
        "This posterior is an ensemble of 2: choose a member",
        assertThrows(IllegalStateException.class, () -> posterior.weight("fc")).getMessage());
  }

  @Test
  void anEnsembleIsOfPoints() {
    assertRefused(
        "Member 1 of the ensemble has a standard deviation: members are point estimates",
        () -> Posterior.ensemble(List.of(POINTS, GAUSSIANS)));
    assertRefused(
        "An ensemble without members: there must be at least one",
        () -> Posterior.ensemble(List.of()));
  }

  @Test
  void parametersAreCheckedNumberByNumber() {
    float[] good = {1, 2};
    float[] bad = {1, Float.NaN};

    assertRefused("Value [1] is NaN: it must be finite", () -> new Point(bad));
    assertRefused("Mean [1] is NaN: it must be finite", () -> new Gaussian(bad, good));
    assertRefused(
        "Standard deviation [1] is NaN: it must be finite", () -> new Gaussian(good, bad));
    assertRefused(
        "Standard deviation [0] is -1.0: it must not be negative",
        () -> new Gaussian(good, new float[] {-1, 0}));
    assertRefused(
        "2 means and 1 standard deviations: there must be as many",
        () -> new Gaussian(good, new float[] {1}));
  }

  @Test
  void parametersAreEqualByTheirNumbers() {
    assertEquals(new Point(new float[] {1, 2}), TWO);
    assertEquals(new Point(new float[] {1, 2}).hashCode(), TWO.hashCode());
    assertNotEquals(new Point(new float[] {1, 3}), TWO);
    assertNotEquals(new Gaussian(new float[] {1, 2}, new float[2]), TWO);
    assertEquals(new Gaussian(new float[] {1, 2}, new float[] {0.5f, 0}), SURE);
    assertNotEquals(new Gaussian(new float[] {1, 2}, new float[] {0.5f, 1}), SURE);
  }

  @Test
  void batchNormIsAnAffineMap() {
    assertEquals(2.0, NORM.scale(0, 0.25));
    assertEquals(3.0, NORM.shift(0, 0.25));
    assertEquals(1.5, NORM.scale(1, 0.25));
    assertEquals(8.5, NORM.shift(1, 0.25));
  }

  @Test
  void batchNormIsChecked() {
    assertRefused(
        "gamma, beta, mean and variance for 1, 2, 2 and 2 channels: they must be equal",
        () -> new BatchNormParameters(point(1), point(1, 2), point(1, 2), point(1, 2)));
    assertRefused(
        "Variance [1] is -0.5: it must not be negative",
        () -> new BatchNormParameters(point(1, 2), point(1, 2), point(1, 2), point(1, -0.5f)));
  }

  @Test
  void aModelIsAPosteriorThatFitsAnArchitecture() {
    assertEquals(Posterior.of(POINTS), new Model(ARCHITECTURE, Posterior.of(POINTS)).posterior());
    assertRefused(
        "The posterior has no weights for layer \"out\"",
        () -> model(Map.of("fc", TWO), Map.of("fc", TWO), Map.of("bn", NORM)));
    assertRefused(
        "Layer \"out\": the posterior has 2 weights: there must be 4",
        () -> model(Map.of("fc", TWO, "out", TWO), Map.of("fc", TWO), Map.of("bn", NORM)));
    assertRefused(
        "Layer \"fc\": the posterior has 4 biases: there must be 2",
        () -> model(Map.of("fc", TWO, "out", FOUR), Map.of("fc", FOUR), Map.of("bn", NORM)));
    assertRefused(
        "Layer \"fc\": the architecture says bias true, but the posterior has none",
        () -> model(Map.of("fc", TWO, "out", FOUR), Map.of(), Map.of("bn", NORM)));
    assertRefused(
        "Layer \"out\": the architecture says bias false, but the posterior has one",
        () ->
            model(
                Map.of("fc", TWO, "out", FOUR), Map.of("fc", TWO, "out", TWO), Map.of("bn", NORM)));
    assertRefused(
        "The posterior has no batch normalisation for layer \"bn\"",
        () -> model(Map.of("fc", TWO, "out", FOUR), Map.of("fc", TWO), Map.of()));
    assertRefused(
        "The posterior has weights for \"bn\", which is no layer that takes them",
        () ->
            model(
                Map.of("fc", TWO, "out", FOUR, "bn", TWO), Map.of("fc", TWO), Map.of("bn", NORM)));
  }

  private static Model model(
      Map<String, Parameter> weights,
      Map<String, Parameter> biases,
      Map<String, BatchNormParameters> norms) {
    return new Model(ARCHITECTURE, Posterior.of(new WeightSet(weights, biases, norms)));
  }

  private static Point point(float... values) {
    return new Point(values);
  }
}
