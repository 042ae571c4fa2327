package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Round;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocol.TestParties;
import io.nightjar.reference.ReferenceEvaluator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that rounds are evaluated in pieces, and only for uploads that belong to them. */
class RoundEvaluatorTest {

  private static final InputDigest DIGEST = new InputDigest(1, 2, 3, 4);

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Provide
  Arbitrary<Trial> ofIntegers() {
    return Arbitraries.of(Trial.ofIntegersInAllLayouts());
  }

  @Property(tries = 150)
  void rowsInAnyPiecesUnderAnyMemoryLimitAreTheWholeRound(
      @ForAll("ofIntegers") Trial trial,
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 1, max = 4) int rowsAtOnce,
      @ForAll @LongRange(min = 1, max = 100_000) long mostBytes) {
    Model model = RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    Plan plan = plan(trial, model);
    int records = Math.min(3, plan.batchSize());
    RealColumns values = RandomNetworks.records(model, records, new Random(recipe.seed()));

    try (JobSecret secret = JobSecret.fixedForTests(1);
        TestParties parties = new TestParties(model, plan, secret)) {
      RoundEvaluator evaluator = parties.evaluator();
      DataOwnerBatch batch = parties.dataOwner().open(0, values);
      for (Round round : plan.rounds()) {
        try (Message upload = batch.upload(0);
            RoundEvaluator.OpenUpload open =
                evaluator.open(upload.label(), upload.block(), DIGEST)) {
          int all = plan.layout().returned(round);
          int atOnce = rowsAtOnce * round.positions();
          for (int first = 0; first < all; first += atOnce) {
            CiphertextRange part = new CiphertextRange(first, Math.min(atOnce, all - first));
            try (Results results = open.evaluate(0, part, mostBytes)) {
              results.forEachRemaining(result -> take(batch, result));
            }
          }
        }
      }

      assertTrue(batch.isFinished());
      assertArrayEquals(
          new ReferenceEvaluator(plan, parties.draws(), (number, round, draw) -> DIGEST)
              .score(0, values)
              .mean()
              .values(),
          batch.predictions().orElseThrow().mean().values());
    }
  }

  static List<Trial> trials() {
    return Trial.all();
  }

  @ParameterizedTest
  @MethodSource("trials")
  void rangesAndDrawsThatAnUploadIsNotForAreRefused(Trial trial) {
    Model model = SampleModels.squares();
    Plan plan = trial.plan(model);
    RealColumns values = new RealColumns(6, 3, new Random(1).doubles(18).toArray());
    try (JobSecret secret = JobSecret.fixedForTests(1);
        TestParties parties = new TestParties(model, plan, secret);
        Message upload = parties.dataOwner().open(0, values).upload(0)) {
      int all = plan.layout().returned(plan.rounds().get(0));
      RoundEvaluator evaluator = parties.evaluator();
      try (RoundEvaluator.OpenUpload open =
          evaluator.open(upload.label(), upload.block(), DIGEST)) {
        assertRefused(() -> open.evaluate(1, new CiphertextRange(0, all), Long.MAX_VALUE));
        assertRefused(() -> open.evaluate(0, new CiphertextRange(1, all), Long.MAX_VALUE));
      }
      BlockLabel other = new BlockLabel(new UUID(0, 1), 0, 0, 0, 0);
      assertRefused(() -> evaluator.open(other, upload.block(), DIGEST));
    }
  }

  private static void assertRefused(Executable call) {
    assertThrows(ProtocolException.class, call);
  }

  private static void take(DataOwnerBatch batch, Message result) {
    try (result) {
      batch.accept(result.label(), result.block());
    }
  }

  private static Plan plan(Trial trial, Model model) {
    try {
      return trial.plan(model);
    } catch (PlanRefusedException e) {
      Assume.that(false);
      throw e;
    }
  }
}
