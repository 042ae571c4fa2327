package io.nightjar.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Bundled;
import io.nightjar.model.Model;
import io.nightjar.model.Shape;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.OwnerMath;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.protocol.RoundMeasures;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import io.nightjar.rounds.RoundDraws;
import io.nightjar.testing.Slow;
import io.nightjar.twoparty.TwoPartyDnn;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the models in data/, which JAX trained and the safetensors library wrote, on the bundled
 * digits.
 */
class BundledModelsTest {

  private final Bayhenn bayhenn = new Bayhenn();
  private final JobSecret secret = JobSecret.fixedForTests(1);

  @AfterEach
  void close() {
    secret.close();
  }

  /** The digits models are asked about digits: other images, or fewer, reach less. */
  @ParameterizedTest
  @ValueSource(strings = {"digits-mlp", "digits-cnn"})
  void theProvedBoundNeedsAtMostThreeBitsMoreThanWhatIsSeen(String name) throws IOException {
    Model model = Bundled.model(name);
    Plan plan = bayhenn.plan(model, PlanOptions.DEFAULT.withDraws(2));
    RoundDraws draws = bayhenn.draws(model, plan, secret);
    RealColumns images = Bundled.testDigits(1000);
    long seen = 0;
    for (int draw = 0; draw < plan.draws(); draw++) {
      OwnerState state = OwnerState.of(plan, images);
      for (Round round : plan.rounds()) {
        DrawPlace place = DrawPlace.withoutInput(0, round.index(), draw);
        IntegerColumns result = draws.step(place).evaluate(state.integers(round));
        long largest = Arrays.stream(result.values()).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= round.bound(), round.title());
        seen = Math.max(seen, largest);
        state = state.after(round, OwnerMath.rescale(round, result));
      }
    }
    long proved = plan.rounds().stream().mapToLong(Round::bound).max().orElseThrow();
    double bits = Math.log((double) proved / seen) / Math.log(2);
    assertTrue(bits <= 3, () -> bits + " bits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "digits-mlp",
        "digits-cnn",
        "digits-cryptonets",
        "mnist-mlp",
        "mnist-cnn",
        "readmission-quadratic"
      })
  void encryptedPredictionsAreTheReferencesAndTheMarginIsNearThePredictedOne(String name)
      throws IOException {
    Model model = Bundled.model(name);
    Plan plan = bayhenn.plan(model, PlanOptions.DEFAULT.withDraws(2));
    RealColumns records = records(model, 100);

    TestParties.Scored scored = TestParties.score(model, plan, secret, 3, records);

    Predictions reference = scored.reference(bayhenn.draws(model, plan, secret), 3, records);
    assertArrayEquals(reference.mean().values(), scored.predictions().mean().values());
    RoundMeasures measures = scored.measures();
    for (Round round : plan.rounds()) {
      double slack = measures.leastMarginBits(round.index()) - round.noiseMarginBits();
      assertTrue(
          slack >= 0 && slack <= 6,
          () -> round.title() + ": the predicted margin is off by " + slack);
      assertTrue(measures.largest(round.index()) > 0, round.title());
    }
  }

  @Slow
  @Test
  void predictionsOfLeNetOverPaillierAreTheReferencesToo() throws IOException {
    TwoPartyDnn protocol = new TwoPartyDnn();
    Model model = Bundled.model("mnist-cnn");
    Plan plan =
        protocol.plan(
            model, PlanOptions.DEFAULT.with(TestOptions.option("plan.modulusBits"), 2048));
    RealColumns records = records(model, 200);

    TestParties.Scored scored = TestParties.score(model, plan, secret, 3, records);

    Predictions reference = scored.reference(protocol.draws(model, plan, secret), 3, records);
    assertArrayEquals(reference.mean().values(), scored.predictions().mean().values());
    assertTrue(scored.measures().leastMarginBits() >= plan.noiseMarginBits());
  }

  @ParameterizedTest
  @ValueSource(strings = {"digits-mlp", "digits-cnn", "digits-cryptonets"})
  void theDigitsAreTold(String name) throws IOException {
    Model model = Bundled.model(name);
    Plan plan = bayhenn.plan(model, PlanOptions.DEFAULT.withDraws(2));
    int records = 500;

    Predictions predictions =
        new ReferenceEvaluator(plan, bayhenn.draws(model, plan, secret), RoundInputs.NONE)
            .score(0, Bundled.testDigits(records));

    byte[] labels = Bundled.testLabels(records);
    int right = 0;
    for (int j = 0; j < records; j++) {
      right += predictions.predictedClass(j) == labels[j] ? 1 : 0;
    }
    assertTrue(right >= 0.98 * records, right + " of " + records);
  }

  /** Returns images, or rows of any features for a table. */
  private static RealColumns records(Model model, int records) throws IOException {
    Shape input = model.architecture().input().shape();
    return input.isFlat()
        ? new RealColumns(
            input.size(), records, new Random(1).doubles((long) input.size() * records).toArray())
        : Bundled.testDigits(records);
  }
}
