package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.TestParties;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that with every protocol two parties compute what the reference computes in the clear. */
class AgreementTest {

  private static final int MOST_RECORDS = 64;

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Provide
  Arbitrary<Trial> ofIntegers() {
    return Arbitraries.of(Trial.ofIntegersInAllLayouts());
  }

  @Property(tries = 300)
  void encryptedAndReferenceResultsAreEqualBitForBit(
      @ForAll("ofIntegers") Trial trial,
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 1, max = 3) int draws,
      @ForAll @IntRange(min = 1, max = MOST_RECORDS) int records) {
    Model model =
        RandomNetworks.model(
            trial.privacy() == ModelPrivacy.NONE
                ? recipe
                : recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    int s = recipe.posterior() == Posterior.Kind.POINT ? 1 : draws;
    Plan plan = plan(trial, model, s);
    int count = Math.min(records, plan.batchSize());
    RealColumns values = RandomNetworks.records(model, count, new Random(recipe.seed()));

    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      TestParties.Scored encrypted = TestParties.score(model, plan, secret, 7, values);
      Predictions expected =
          encrypted.reference(trial.protocol().draws(model, plan, secret), 7, values);

      assertArrayEquals(expected.mean().values(), encrypted.predictions().mean().values());
      assertArrayEquals(
          expected.deviation().values(), encrypted.predictions().deviation().values());
      double margin = encrypted.measures().leastMarginBits();
      assertTrue(
          plan.noiseMarginBits() <= margin,
          () -> "predicted " + plan.noiseMarginBits() + ", measured " + margin);
    }
  }

  /** A plan may be refused for good reasons; those networks say nothing here. */
  private static Plan plan(Trial trial, Model model, int draws) {
    try {
      return trial.plan(model, trial.options().withDraws(draws));
    } catch (PlanRefusedException e) {
      Assume.that(false);
      throw e;
    }
  }

  static List<Trial> trials() {
    return Trial.all();
  }

  @ParameterizedTest
  @MethodSource("trials")
  void everyProtocolPredictsAsNearTheReferenceAsItsPlanSays(Trial trial) {
    Model model = SampleModels.squares();
    Plan plan = trial.plan(model, trial.options().withDraws(3));
    int records = plan.batchSize();
    RealColumns values = new RealColumns(6, records, new Random(2).doubles(6L * records).toArray());

    try (JobSecret secret = JobSecret.fixedForTests(3)) {
      TestParties.Scored encrypted = TestParties.score(model, plan, secret, 1, values);
      Predictions expected =
          encrypted.reference(trial.protocol().draws(model, plan, secret), 1, values);

      double tolerance = Trial.tolerance(plan);
      assertArrayEquals(
          expected.mean().values(), encrypted.predictions().mean().values(), tolerance);
      assertArrayEquals(
          expected.deviation().values(), encrypted.predictions().deviation().values(), tolerance);
      assertTrue(plan.noiseMarginBits() <= encrypted.measures().leastMarginBits());
      for (int round = 0; round < plan.rounds().size(); round++) {
        assertTrue(encrypted.measures().largest(round) <= plan.rounds().get(round).bound());
      }
    }
  }
}
