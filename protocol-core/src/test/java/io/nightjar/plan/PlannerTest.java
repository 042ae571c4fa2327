package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {

  @Test
  void foldsAveragePoolsIntoConvolutionsSoThatLessComesBack() {
    Plan plan = Planner.plan(SampleModels.lenet(), PlanOptions.DEFAULT);

    assertEquals(5, plan.rounds().size());
    assertEquals("conv1 + pool1", plan.rounds().get(0).title());
    assertEquals(6 * 14 * 14, plan.rounds().get(0).outputColumns());
    assertEquals(36, plan.rounds().get(0).terms());
  }

  @Test
  void usualNetworksFitTheCheapestParameters() {
    for (Model model : List.of(SampleModels.mlp(), SampleModels.lenet())) {
      Plan plan = Planner.plan(model, PlanOptions.DEFAULT.withDraws(8));

      assertEquals(2048, plan.parameters().ringDegree());
      assertEquals(1, plan.parameters().keyLimbs());
      assertTrue(plan.noiseMarginBits() >= Planner.LEAST_MARGIN_BITS);
    }
  }

  @Test
  void everyBoundStaysBelowHalfThePlainModulus() {
    Plan plan = Planner.plan(SampleModels.mlp(), PlanOptions.DEFAULT);

    for (Round round : plan.rounds()) {
      assertTrue(round.bound() < plan.parameters().plainModulus() / 2, round.title());
    }
  }

  @Test
  void largerActivationsTakeLargerParameters() {
    Plan narrow = Planner.plan(SampleModels.mlp(), PlanOptions.DEFAULT);
    Plan wide = Planner.plan(SampleModels.mlp(), PlanOptions.DEFAULT.withBits(12, 16));

    assertTrue(wide.parameters().plainModulus() > narrow.parameters().plainModulus());
    assertTrue(wide.parameters().totalPrimeBits() > narrow.parameters().totalPrimeBits());
  }

  @Test
  void equalPlansHaveEqualDigestsAndAnyOptionChangesThem() {
    PlanDigest digest = digest(PlanOptions.DEFAULT);

    assertEquals(digest, digest(PlanOptions.DEFAULT));
    assertNotEquals(digest, digest(PlanOptions.DEFAULT.withDraws(2)));
    assertNotEquals(digest, digest(PlanOptions.DEFAULT.withBits(7, 8)));
    assertNotEquals(digest, digest(PlanOptions.DEFAULT.withBits(8, 7)));
  }

  private static PlanDigest digest(PlanOptions options) {
    return PlanDigest.of(Planner.plan(SampleModels.mlp(), options));
  }

  @Test
  void countsTheFirstUploadOnceAndEverythingElseForEachDraw() {
    Plan plan = Planner.plan(SampleModels.mlp(), PlanOptions.DEFAULT.withDraws(4));

    // 44 bits a residue; one polynomial up, two down.
    assertEquals((784 + 4 * (128 + 64)) * 5.5, plan.bytesUpPerRecord());
    assertEquals(4 * (128 + 64 + 10) * 11.0, plan.bytesDownPerRecord());
  }

  @Test
  void aPointEstimateHasNothingToDraw() {
    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () -> Planner.plan(chain(Map.of()), PlanOptions.DEFAULT.withDraws(2)));

    assertTrue(refused.getMessage().contains("all 2 draws would be the same"));
  }

  @Test
  void twoLinearLayersInARowNeedARangeBetweenThem() {
    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class, () -> Planner.plan(chain(Map.of()), PlanOptions.DEFAULT));

    assertTrue(refused.getMessage().contains("'second' follows the linear layer 'first'"));
    Plan plan = Planner.plan(chain(Map.of("first", new Range(-1, 1))), PlanOptions.DEFAULT);
    assertEquals(2, plan.rounds().size());
  }

  @Test
  void aBiasThatDwarfsTheWeightsIsRefusedWithItsRow() {
    WeightSet weights =
        new WeightSet(
            Map.of("only", new Point(new float[] {1e-30f, 1e-30f})),
            Map.of("only", new Point(new float[] {0, 1e30f})),
            Map.of());
    Architecture architecture = architecture(1, List.of(new Dense("only", 1, 2, true)), Map.of());

    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () ->
                Planner.plan(new Model(architecture, Posterior.of(weights)), PlanOptions.DEFAULT));

    assertTrue(refused.getMessage().contains("row 1 of only"), refused.getMessage());
  }

  private static Model chain(Map<String, Range> calibration) {
    WeightSet weights =
        new WeightSet(
            Map.of("first", Point.constant(4, 0.5f), "second", Point.constant(4, 0.5f)),
            Map.of(),
            Map.of());
    return new Model(
        architecture(
            2,
            List.of(new Dense("first", 2, 2, false), new Dense("second", 2, 2, false)),
            calibration),
        Posterior.of(weights));
  }

  private static Architecture architecture(
      int inputs, List<io.nightjar.model.Layer> layers, Map<String, Range> calibration) {
    return new Architecture(
        "test",
        Task.CLASSIFICATION,
        new InputSpec(Shape.flat(inputs), new Range(0, 1), List.of()),
        layers,
        List.of("a", "b"),
        calibration);
  }
}
