package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Round;
import io.nightjar.plan.SampleModels;
import io.nightjar.plan.Security;
import io.nightjar.protocol.PlanOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what the planner of bayhenn chooses and refuses. */
class BayhennPlannerTest {

  private static Plan plan(Model model, PlanOptions options) {
    return new Bayhenn().plan(model, options);
  }

  private static HeParameters parameters(Plan plan) {
    return ((BayhennSheet) plan.sheet()).encryption();
  }

  @Test
  void foldsAveragePoolsIntoConvolutionsSoThatLessComesBack() {
    Plan plan = plan(SampleModels.lenet(), PlanOptions.DEFAULT);

    assertEquals(5, plan.rounds().size());
    assertEquals("conv1 + pool1", plan.rounds().get(0).title());
    assertEquals(6 * 14 * 14, plan.rounds().get(0).outputFeatures());
    assertEquals(36, plan.rounds().get(0).terms());
  }

  @Test
  void usualNetworksFitTheCheapestParameters() {
    for (Model model : List.of(SampleModels.mlp(), SampleModels.lenet())) {
      Plan plan = plan(model, PlanOptions.DEFAULT.withDraws(8));

      assertEquals(2048, parameters(plan).ringDegree());
      assertEquals(1, parameters(plan).keyLimbs());
      assertTrue(plan.noiseMarginBits() >= BayhennPlanner.LEAST_MARGIN_BITS);
    }
  }

  @Test
  void everyBoundStaysBelowHalfThePlainModulus() {
    Plan plan = plan(SampleModels.mlp(), PlanOptions.DEFAULT);

    for (Round round : plan.rounds()) {
      assertTrue(round.bound() < parameters(plan).plainModulus() / 2, round.title());
    }
  }

  @Test
  void largerActivationsTakeLargerParameters() {
    Plan narrow = plan(SampleModels.mlp(), PlanOptions.DEFAULT);
    Plan wide = plan(SampleModels.mlp(), PlanOptions.DEFAULT.withBits(12, 16));

    assertTrue(parameters(wide).plainModulus() > parameters(narrow).plainModulus());
    assertTrue(parameters(wide).totalPrimeBits() > parameters(narrow).totalPrimeBits());
  }

  @Test
  void countsTheFirstUploadOnceAndEverythingElseForEachDraw() {
    Plan plan = plan(SampleModels.mlp(), PlanOptions.DEFAULT.withDraws(4));

    // 44 bits a residue; one polynomial up, two down.
    assertEquals((784 + 4 * (128 + 64)) * 5.5, plan.bytesUpPerRecord());
    assertEquals(4 * (128 + 64 + 10) * 11.0, plan.bytesDownPerRecord());
  }

  @Test
  void twoLinearLayersInARowNeedARangeBetweenThem() {
    PlanRefusedException refused =
        assertThrows(PlanRefusedException.class, () -> plan(chain(Map.of()), PlanOptions.DEFAULT));

    assertTrue(refused.getMessage().contains("'second' follows the linear layer 'first'"));
    Plan plan = plan(chain(Map.of("first", new Range(-1, 1))), PlanOptions.DEFAULT);
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
            () -> plan(new Model(architecture, Posterior.of(weights)), PlanOptions.DEFAULT));

    assertTrue(refused.getMessage().contains("row 1 of only"), refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(ModelPrivacy.class)
  void parametersOfAnySecurityHaveTheUsualRingWhereNobodyAsksForAnother(ModelPrivacy privacy) {
    PlanOptions options = PlanOptions.DEFAULT.withPrivacy(privacy);
    Plan usual = plan(SampleModels.mlp(), options);
    Plan any = plan(SampleModels.mlp(), options.withSecurity(Security.ANY));

    assertEquals(parameters(usual).keyPrimes(), parameters(any).keyPrimes());
    assertEquals(usual.rounds(), any.rounds());
    assertEquals(128, parameters(usual).securityBits());
    assertEquals(0, parameters(any).securityBits());
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
      int inputs, List<Layer> layers, Map<String, Range> calibration) {
    return new Architecture(
        "test",
        Task.CLASSIFICATION,
        new InputSpec(Shape.flat(inputs), new Range(0, 1), List.of()),
        layers,
        List.of("a", "b"),
        calibration);
  }
}
