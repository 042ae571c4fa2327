package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PublicKey;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Planner;
import io.nightjar.plan.SampleModels;
import io.nightjar.reference.ReferenceEvaluator;
import io.nightjar.testing.Slow;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BayhennTest {

  private static final int RING = 64;

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Property(tries = 400)
  void encryptedAndReferenceResultsAreEqualBitForBit(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 1, max = 3) int draws,
      @ForAll @IntRange(min = 1, max = RING) int records,
      @ForAll ModelPrivacy privacy) {
    Model model =
        RandomNetworks.model(
            privacy == ModelPrivacy.NONE
                ? recipe
                : recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    int s = recipe.posterior() == Posterior.Kind.POINT ? 1 : draws;
    Plan plan =
        plan(model, PlanOptions.DEFAULT.withDraws(s).withPrivacy(privacy).insecureForTests(RING));
    RealColumns values = RandomNetworks.records(model, records, new Random(recipe.seed()));

    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      Draws source = Draws.of(model, plan, secret);
      Predictions expected = new ReferenceEvaluator(plan, source).score(7, values);
      Scored encrypted = score(plan, source, secret, 7, values);

      assertArrayEquals(expected.mean().values(), encrypted.predictions().mean().values());
      assertArrayEquals(
          expected.deviation().values(), encrypted.predictions().deviation().values());
      assertTrue(
          plan.noiseMarginBits() <= encrypted.noiseMarginBits(),
          () ->
              "predicted " + plan.noiseMarginBits() + ", measured " + encrypted.noiseMarginBits());
    }
  }

  @Slow
  @ParameterizedTest
  @MethodSource("usualNetworks")
  void usualNetworksAtRealParametersAreEqualBitForBitToo(Model model, ModelPrivacy privacy) {
    Plan plan = Planner.plan(model, PlanOptions.DEFAULT.withDraws(2).withPrivacy(privacy));
    double[] pixels = new Random(3).doubles(784L * 20).map(x -> Math.max(0, 2 * x - 1)).toArray();
    RealColumns values = new RealColumns(784, 20, pixels);

    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      Draws source = Draws.of(model, plan, secret);
      Predictions expected = new ReferenceEvaluator(plan, source).score(0, values);
      Scored encrypted = score(plan, source, secret, 0, values);

      assertArrayEquals(expected.mean().values(), encrypted.predictions().mean().values());
      double slack = encrypted.noiseMarginBits() - plan.noiseMarginBits();
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
    Plan plan =
        Planner.plan(
            model, PlanOptions.DEFAULT.withDraws(PlanOptions.MAX_DRAWS).insecureForTests(RING));
    RealColumns values = RandomNetworks.records(model, 5, new Random(2));

    try (JobSecret secret = JobSecret.fixedForTests(2)) {
      Draws source = Draws.of(model, plan, secret);
      Predictions expected = new ReferenceEvaluator(plan, source).score(1, values);
      Scored encrypted = score(plan, source, secret, 1, values);

      assertArrayEquals(expected.mean().values(), encrypted.predictions().mean().values());
      assertTrue(Arrays.stream(expected.deviation().values()).anyMatch(sd -> sd > 0));
    }
  }

  static List<Arguments> usualNetworks() {
    return List.of(
        Arguments.of(SampleModels.mlp(), ModelPrivacy.NONE),
        Arguments.of(SampleModels.lenet(), ModelPrivacy.NONE),
        Arguments.of(SampleModels.mlp(), ModelPrivacy.BAYESIAN));
  }

  /** A plan may be refused for good reasons; those networks say nothing here. */
  private static Plan plan(Model model, PlanOptions options) {
    try {
      return Planner.plan(model, options);
    } catch (PlanRefusedException e) {
      Assume.that(false);
      throw e;
    }
  }

  record Scored(Predictions predictions, double noiseMarginBits) {}

  /** Both parties in one process, passing messages. */
  static Scored score(Plan plan, Draws draws, JobSecret secret, long batch, RealColumns values) {
    UUID job = new UUID(1, 2);
    try (HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context);
        PublicKey publicKey = key.publicKey(context)) {
      Optional<Hiding> hiding =
          plan.privacy() == ModelPrivacy.NONE
              ? Optional.empty()
              : Optional.of(new Hiding(plan, secret, publicKey));
      DataOwner dataOwner = new DataOwner(job, plan, context, key);
      ModelOwner modelOwner =
          new ModelOwner(
              job, plan, dataOwner.planDigest(), draws, hiding, Optional.empty(), context);
      DataOwnerBatch open = dataOwner.open(batch, values);
      Deque<Message> uploads = new ArrayDeque<>();
      uploads.add(open.upload(0));
      while (!uploads.isEmpty()) {
        try (Message upload = uploads.remove()) {
          for (Message answer : modelOwner.answer(upload.label(), upload.block())) {
            try (answer) {
              boolean complete = open.accept(answer.label(), answer.block());
              if (complete && answer.label().round() < plan.rounds().size() - 1) {
                uploads.add(open.upload(answer.label().draw()));
              }
            }
          }
        }
      }
      return new Scored(open.predictions(), dataOwner.measures().leastMarginBits());
    }
  }
}
