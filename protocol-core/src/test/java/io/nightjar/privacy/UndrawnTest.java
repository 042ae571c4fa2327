package io.nightjar.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocols.Protocols;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Weights that are the same in every job are named. */
class UndrawnTest {

  private static final Parameter POINT = new Point(new float[] {1, 2, 3, 4});
  private static final Parameter DRAWN =
      new Gaussian(new float[] {1, 2, 3, 4}, new float[] {0, 0.1f, 0, 0});

  private static Model model(Posterior posterior) {
    Architecture architecture =
        new Architecture(
            "undrawn",
            Task.REGRESSION,
            new InputSpec(Shape.flat(2), new Range(0, 1), List.of()),
            List.of(new Dense("one", 2, 2, false), new Relu("relu"), new Dense("two", 2, 2, false)),
            List.of(),
            Map.of("relu", new Range(0, 4)));
    return new Model(architecture, posterior);
  }

  private static WeightSet weights(Parameter one, Parameter two) {
    return new WeightSet(Map.of("one", one, "two", two), Map.of(), Map.of());
  }

  private static String remark(Posterior posterior) {
    return Undrawn.remark(model(posterior)).orElseThrow();
  }

  @Test
  void aModelOfWhichEverythingIsDrawnNeedsNoRemark() {
    assertEquals(Optional.empty(), Undrawn.remark(model(Posterior.of(weights(DRAWN, DRAWN)))));
  }

  @Test
  void aPointEstimateAndAnEnsembleAreNamed() {
    assertEquals(
        "The model is a point estimate, of which nothing is drawn: its weights are the same in every job and for every upload, and only the budget limits how often they are asked about.",
        remark(Posterior.of(weights(POINT, POINT))));
    assertTrue(
        remark(Posterior.ensemble(List.of(weights(POINT, POINT), weights(POINT, POINT))))
            .startsWith("The model is an ensemble, whose members are its draws: "));
  }

  @Test
  void layersWithoutDeviationsAreNamed() {
    assertTrue(
        remark(Posterior.of(weights(POINT, DRAWN)))
            .startsWith("The weights of one have no deviations: they are the same "));
  }

  @Test
  void theAccountOfWhatAnswersGiveAwaySaysSo() {
    Model point = model(Posterior.of(weights(POINT, POINT)));
    var bayhenn = Protocols.named("bayhenn").orElseThrow();

    Leakage leakage =
        bayhenn
            .leakage(point, bayhenn.plan(point, PlanOptions.DEFAULT), Optional.empty())
            .orElseThrow();

    String remark = Undrawn.remark(point).orElseThrow();
    assertTrue(LeakageReport.remarks(leakage).contains(remark));
    assertTrue(LeakageReport.text(leakage).contains(remark));
    assertEquals(LeakageReport.remarks(leakage), LeakageReport.map(leakage).get("remarks"));
  }
}
