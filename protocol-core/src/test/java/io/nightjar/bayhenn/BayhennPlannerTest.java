package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.draw.JobSecret;
import io.nightjar.lattice.LatticeEncryption;
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
import io.nightjar.network.Network;
import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Round;
import io.nightjar.plan.SampleModels;
import io.nightjar.plan.Security;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import io.nightjar.rounds.StepPlanner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    assertEquals(
        "The model has no ranges for \"first\", whose outputs are quantised: 'nightjar calibrate' finds them from records",
        refused.getMessage());
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

  private static PlanOptions hidden(AnswerBudget budget) {
    return PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN).withBudget(budget);
  }

  /** What the noise of so many answers says at most, if each is alone in a batch. */
  private static double distance(Model model, Plan plan, long answers) {
    LatticeEncryption lattice = ((BayhennSheet) plan.sheet()).lattice();
    HeParameters parameters = lattice.parameters();
    double divisor = 1;
    for (int limb = lattice.floodLimbs(); limb < parameters.dataLimbs(); limb++) {
      divisor *= parameters.dataPrimes().get(limb);
    }
    // Both polynomials are rounded by 1/2 at most, and one is multiplied with a ternary secret.
    double rounded = divisor == 1 ? 0 : 0.5 + 11 * Math.sqrt(parameters.ringDegree()) / 2;
    Network network = Network.withPoolsApart(model.architecture());
    double sum = 0;
    for (RecordQuantisation step :
        StepPlanner.quantisations(model, network, plan, RecordQuantisation::of)) {
      double noise =
          step.bounds().stream()
              .mapToDouble(row -> NoiseModel.noise(parameters, row))
              .max()
              .orElseThrow();
      double ofCoefficient = (noise / divisor + rounded) / Math.pow(2, lattice.floodBits() + 1.0);
      assertTrue(ofCoefficient <= 0x1p-41, "of a coefficient: " + ofCoefficient);
      sum += ofCoefficient * step.step().output().size() * parameters.ringDegree();
    }
    return sum * answers;
  }

  @Test
  void aBudgetThatTheCheapestParametersDoNotHideTakesLargerOnes() {
    Model model = SampleModels.mlp();
    Plan unlimited = plan(model, hidden(AnswerBudget.UNLIMITED));
    long most = (long) (0x1p-20 / distance(model, unlimited, 1));

    Plan small = plan(model, hidden(AnswerBudget.UNLIMITED.of(most / 2)));
    Plan large = plan(model, hidden(AnswerBudget.UNLIMITED.of(8 * most)));
    Plan nearer = plan(model, hidden(AnswerBudget.UNLIMITED.of(most / 2).within(24)));

    assertEquals(unlimited, small);
    assertTrue(parameters(large).keyLimbs() > parameters(small).keyLimbs());
    assertTrue(distance(model, large, 8 * most) <= 0x1p-20);
    assertEquals(large, nearer);
    assertTrue(distance(model, nearer, most / 2) <= 0x1p-24);
    assertEquals(
        distance(model, large, 1),
        Math.pow(2, -large.sheet().answerDistanceBits(large).orElseThrow()),
        0.011 * distance(model, large, 1));
  }

  @Test
  void aBudgetThatNoParametersHideIsRefusedWithTheLargestThatSomeDo() {
    AnswerBudget budget = AnswerBudget.UNLIMITED.of(1_000_000_000_000_000L).within(40);

    PlanRefusedException refused =
        assertThrows(PlanRefusedException.class, () -> plan(SampleModels.mlp(), hidden(budget)));

    Matcher message =
        Pattern.compile(
                "The noise of a budget of 1000000000000000 answers cannot be hidden within"
                    + " statistical distance 2\\^-40: the largest budget that can is (\\d+) answers")
            .matcher(refused.getMessage());
    assertTrue(message.matches(), refused.getMessage());
    long most = Long.parseLong(message.group(1));
    Plan fits = plan(SampleModels.mlp(), hidden(budget.of(most)));
    assertTrue(distance(SampleModels.mlp(), fits, most) <= 0x1p-40);
    assertThrows(
        PlanRefusedException.class, () -> plan(SampleModels.mlp(), hidden(budget.of(most + 1))));
  }

  @Test
  void aBudgetChangesNothingWhereNothingIsHidden() {
    PlanOptions options = PlanOptions.DEFAULT;
    AnswerBudget budget = AnswerBudget.UNLIMITED.of(1_000_000_000_000_000L);

    assertEquals(
        plan(SampleModels.mlp(), options), plan(SampleModels.mlp(), options.withBudget(budget)));
  }

  /**
   * Budgets that are larger and larger: what hides them is a wider flood, up to the widest that
   * native code draws, more primes, and in the end primes that results lose before the flood.
   */
  @Test
  void everyWayToHideABudgetLeavesWhatTheReferenceSays() {
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false,
                6,
                List.of(new RandomNetworks.Choice(0, 5, 0)),
                Posterior.Kind.MEAN_FIELD,
                false,
                false,
                3));
    PlanOptions options = TestOptions.insecure(64).withPrivacy(ModelPrivacy.BAYESIAN);
    RealColumns records = RandomNetworks.records(model, 9, new Random(4));
    Set<LatticeEncryption> ways = new LinkedHashSet<>();
    for (int bits = 10; bits <= 48; bits++) {
      Plan plan = plan(model, options.withBudget(AnswerBudget.UNLIMITED.of(1L << bits)));
      if (!ways.add(((BayhennSheet) plan.sheet()).lattice())) {
        continue;
      }
      try (JobSecret secret = JobSecret.fixedForTests(1)) {
        TestParties.Scored scored = TestParties.score(model, plan, secret, 1, records);

        Predictions expected = scored.reference(new RecordDraws(model, plan, secret), 1, records);
        assertArrayEquals(expected.mean().values(), scored.predictions().mean().values());
        assertTrue(plan.noiseMarginBits() <= scored.measures().leastMarginBits());
      }
    }
    assertTrue(
        ways.stream().anyMatch(way -> way.floodLimbs() < way.parameters().dataLimbs()),
        ways.toString());
    assertTrue(ways.stream().anyMatch(way -> way.parameters().dataLimbs() == 4), ways.toString());
    assertTrue(ways.stream().allMatch(way -> way.floodBits() <= 111), ways.toString());
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
