package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Planner;
import io.nightjar.reference.ReferenceEvaluator;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RoundEvaluatorTest {

  private static final UUID JOB = new UUID(3, 4);
  private static final InputDigest DIGEST = new InputDigest(1, 2, 3, 4);
  private static final int RING = 64;

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Property(tries = 100)
  void rowsInAnyPiecesUnderAnyMemoryLimitAreTheWholeRound(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 1, max = 4) int rowsAtOnce,
      @ForAll @LongRange(min = 1, max = 100_000) long mostBytes) {
    Model model = RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    Plan plan = plan(model);
    RealColumns values = RandomNetworks.records(model, 3, new Random(recipe.seed()));

    try (JobSecret secret = JobSecret.fixedForTests(1);
        HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context)) {
      Draws draws = Draws.of(model, plan, secret);
      RoundEvaluator evaluator =
          new RoundEvaluator(JOB, plan, draws, Optional.empty(), Optional.empty(), context);
      DataOwnerBatch batch = new DataOwner(JOB, plan, context, key).open(0, values);
      for (int round = 0; round < plan.rounds().size(); round++) {
        int rows = plan.rounds().get(round).rows();
        try (Message upload = batch.upload(0)) {
          for (int first = 0; first < rows; first += rowsAtOnce) {
            RowRange part = new RowRange(first, Math.min(rowsAtOnce, rows - first));
            evaluator
                .evaluate(upload.label(), upload.block(), DIGEST, 0, part, mostBytes)
                .forEachRemaining(answer -> take(batch, answer));
          }
        }
      }

      assertTrue(batch.isFinished());
      assertArrayEquals(
          new ReferenceEvaluator(plan, draws).score(0, values).mean().values(),
          batch.predictions().mean().values());
    }
  }

  @Test
  void rowsAndDrawsThatAnUploadIsNotForAreRefused() {
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false,
                5,
                java.util.List.of(
                    new RandomNetworks.Choice(0, 4, 0), new RandomNetworks.Choice(0, 3, 0)),
                Posterior.Kind.MEAN_FIELD,
                false,
                false,
                11));
    Plan plan = plan(model);
    try (JobSecret secret = JobSecret.fixedForTests(1);
        HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context)) {
      RoundEvaluator evaluator =
          new RoundEvaluator(
              JOB,
              plan,
              Draws.of(model, plan, secret),
              Optional.empty(),
              Optional.empty(),
              context);
      RealColumns values = RandomNetworks.records(model, 3, new Random(1));
      try (Message upload = new DataOwner(JOB, plan, context, key).open(0, values).upload(0)) {
        int rows = plan.rounds().get(0).rows();
        assertRefused(evaluator, upload.label(), upload, 1, new RowRange(0, rows));
        assertRefused(evaluator, upload.label(), upload, 0, new RowRange(1, rows));
        BlockLabel other = new BlockLabel(new UUID(0, 1), 0, 0, 0, 0);
        assertRefused(evaluator, other, upload, 0, new RowRange(0, rows));
      }
      assertEquals(
          "0 rows from row 0",
          assertThrows(IllegalArgumentException.class, () -> new RowRange(0, 0)).getMessage());
    }
  }

  private static void assertRefused(
      RoundEvaluator evaluator, BlockLabel label, Message upload, int draw, RowRange rows) {
    assertThrows(
        ProtocolException.class,
        () -> evaluator.evaluate(label, upload.block(), DIGEST, draw, rows, Long.MAX_VALUE));
  }

  private static void take(DataOwnerBatch batch, Message answer) {
    try (answer) {
      batch.accept(answer.label(), answer.block());
    }
  }

  private static Plan plan(Model model) {
    try {
      return Planner.plan(model, PlanOptions.DEFAULT.insecureForTests(RING));
    } catch (PlanRefusedException e) {
      Assume.that(false);
      throw e;
    }
  }
}
