package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import io.nightjar.testing.Slow;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests rounds on ciphertexts of BFV against the reference; random networks are elsewhere. */
class BayhennTest {

  private final Bayhenn bayhenn = new Bayhenn();

  static List<Arguments> usualNetworks() {
    return List.of(
        Arguments.of(SampleModels.mlp(), ModelPrivacy.NONE),
        Arguments.of(SampleModels.lenet(), ModelPrivacy.NONE),
        Arguments.of(SampleModels.mlp(), ModelPrivacy.BAYESIAN));
  }

  @Slow
  @ParameterizedTest
  @MethodSource("usualNetworks")
  void usualNetworksAtRealParametersAreEqualBitForBitToo(Model model, ModelPrivacy privacy) {
    Plan plan = bayhenn.plan(model, PlanOptions.DEFAULT.withDraws(2).withPrivacy(privacy));
    double[] pixels = new Random(3).doubles(784L * 20).map(x -> Math.max(0, 2 * x - 1)).toArray();
    RealColumns values = new RealColumns(784, 20, pixels);

    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      TestParties.Scored encrypted = TestParties.score(model, plan, secret, 0, values);
      Predictions expected = encrypted.reference(bayhenn.draws(model, plan, secret), 0, values);

      assertArrayEquals(expected.mean().values(), encrypted.predictions().mean().values());
      double slack = encrypted.measures().leastMarginBits() - plan.noiseMarginBits();
      assertTrue(slack >= 0 && slack <= 6, () -> "predicted margin is off by " + slack + " bits");
    }
  }

  @Test
  void sixtyFourDrawsAreAveraged() {
    List<RandomNetworks.Choice> choices =
        List.of(new RandomNetworks.Choice(0, 4, 0), new RandomNetworks.Choice(0, 3, 0));
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false, 5, choices, Posterior.Kind.MEAN_FIELD, false, false, 11));
    Plan plan = bayhenn.plan(model, TestOptions.insecure(64).withDraws(PlanOptions.MAX_DRAWS));
    RealColumns values = RandomNetworks.records(model, 5, new Random(2));

    try (JobSecret secret = JobSecret.fixedForTests(2)) {
      TestParties.Scored encrypted = TestParties.score(model, plan, secret, 1, values);
      Predictions expected = encrypted.reference(bayhenn.draws(model, plan, secret), 1, values);

      assertArrayEquals(expected.mean().values(), encrypted.predictions().mean().values());
      assertTrue(Arrays.stream(expected.deviation().values()).anyMatch(sd -> sd > 0));
    }
  }
}
