package io.nightjar.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.LaidOutSheet;
import io.nightjar.plan.Layout;
import io.nightjar.plan.PackedLayout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Round;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.PoisonedResultException;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.ResultReader;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.protocol.TestOptions;
import io.nightjar.reference.ReferenceEvaluator;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests that a data owner's integers go through the plan's layout on their way out and back. */
class RoundsCodecTest {

  private static final UUID JOB = new UUID(3, 1);
  private static final long BATCH = 4;
  private static final int MOST_RECORDS = 8;
  private static final double MARGIN = 5;

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  private static OwnerCodec codec(Plan plan) {
    return new RoundsCodec(plan, new ClearCipher(MARGIN));
  }

  private static Plan packed(Model model, int perCiphertext, int draws) {
    Plan plan = new Bayhenn().plan(model, TestOptions.insecure(64).withDraws(draws));
    return LaidOutSheet.relaid(plan, new PackedLayout(MOST_RECORDS, perCiphertext));
  }

  /** Evaluates what anybody can read, and knows of the layout only where each feature lies. */
  @Property(tries = 200)
  void batchesInAnotherLayoutPredictWhatTheReferencePredicts(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 1, max = 6) int perCiphertext,
      @ForAll @IntRange(min = 1, max = MOST_RECORDS) int records,
      @ForAll @IntRange(min = 1, max = 3) int ciphertextsAtOnce) {
    Model model = RandomNetworks.model(recipe.withPosterior(Posterior.Kind.MEAN_FIELD));
    Plan plan;
    try {
      plan = packed(model, perCiphertext, 2);
    } catch (PlanRefusedException e) {
      Assume.that(false);
      return;
    }
    RealColumns values = RandomNetworks.records(model, records, new Random(recipe.seed()));
    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      DataOwner owner = new DataOwner(JOB, plan, codec(plan));
      DataOwnerBatch batch = owner.open(BATCH, values);
      Deque<Message> uploads = new ArrayDeque<>(List.of(batch.upload(0)));
      while (!uploads.isEmpty()) {
        Message upload = uploads.remove();
        int round = upload.label().round();
        for (int draw = 0; draw < plan.draws(); draw++) {
          if (round == 0 || draw == upload.label().draw()) {
            IntegerColumns outputs =
                draws
                    .step(DrawPlace.withoutInput(BATCH, round, draw))
                    .evaluate(features(plan, round, upload, records));
            accept(batch, plan, round, draw, outputs, ciphertextsAtOnce);
            if (round < plan.rounds().size() - 1) {
              uploads.add(batch.upload(draw));
            }
          }
        }
      }

      Predictions expected =
          new ReferenceEvaluator(plan, draws, RoundInputs.NONE).score(BATCH, values);
      Predictions found = batch.predictions().orElseThrow();
      assertArrayEquals(expected.mean().values(), found.mean().values());
      assertArrayEquals(expected.deviation().values(), found.deviation().values());
      assertEquals(MARGIN, owner.measures().leastMarginBits());
      for (Round round : plan.rounds()) {
        assertTrue(owner.measures().largest(round.index()) <= round.bound());
      }
    }
  }

  /** Reads an upload feature by feature. */
  private static IntegerColumns features(Plan plan, int number, Message upload, int records) {
    Round round = plan.rounds().get(number);
    IntegerSlots slots = ((ClearCipher.Block) upload.block()).slots();
    assertEquals(records, upload.block().records());
    assertEquals(plan.layout().uploaded(round), slots.ciphertexts());
    assertEquals(plan.layout().slots(records), slots.slots());
    long[] features = new long[round.inputFeatures() * records];
    for (int feature = 0; feature < round.inputFeatures(); feature++) {
      Place place = plan.layout().uploadPlace(round, feature);
      for (int j = 0; j < records; j++) {
        features[feature * records + j] =
            slots.values()[slots.index(place.ciphertext(), place.slot() + j)];
      }
    }
    return new IntegerColumns(round.inputFeatures(), records, features);
  }

  /** Sends outputs back in blocks of a few ciphertexts, the last of them first. */
  private static void accept(
      DataOwnerBatch batch,
      Plan plan,
      int number,
      int draw,
      IntegerColumns outputs,
      int ciphertextsAtOnce) {
    Round round = plan.rounds().get(number);
    Layout layout = plan.layout();
    int slots = layout.slots(outputs.records());
    long[][] ciphertexts = new long[layout.returned(round)][slots];
    for (long[] ciphertext : ciphertexts) {
      Arrays.fill(ciphertext, round.bound() + 1); // what no output is in may be anything
    }
    for (int feature = 0; feature < round.outputFeatures(); feature++) {
      Place place = layout.resultPlace(round, feature);
      for (int j = 0; j < outputs.records(); j++) {
        ciphertexts[place.ciphertext()][place.slot() + j] = outputs.get(feature, j);
      }
    }
    int first = (ciphertexts.length - 1) / ciphertextsAtOnce * ciphertextsAtOnce;
    for (; first >= 0; first -= ciphertextsAtOnce) {
      int count = Math.min(ciphertextsAtOnce, ciphertexts.length - first);
      long[] part = new long[count * slots];
      for (int i = 0; i < count; i++) {
        System.arraycopy(ciphertexts[first + i], 0, part, i * slots, slots);
      }
      boolean complete =
          batch.accept(
              new BlockLabel(JOB, BATCH, number, draw, first),
              new ClearCipher.Block(new IntegerSlots(count, slots, outputs.records(), part)));
      assertEquals(first == 0, complete);
    }
  }

  @Test
  void uploadsAreArrangedAndValuesOutsideTheRangeAreCounted() {
    Plan plan = packed(SampleModels.squares(), 4, 1);
    Round round = plan.rounds().get(0);
    double[] values = {0, 1, 0.5, 2, -1, 0.25}; // one record; 2 and -1 are outside [0, 1]
    OwnerState state = OwnerState.of(plan, new RealColumns(6, 1, values));

    OwnerCodec.Upload upload = codec(plan).upload(round, state);
    IntegerSlots slots =
        ((ClearCipher.Block) upload.encryption().apply(EncryptionName.draw(BlockLabel.NONE)))
            .slots();

    assertEquals(2, upload.outside());
    assertEquals(2, slots.ciphertexts());
    long[] expected = new long[2 * (3 * MOST_RECORDS + 1)];
    int last = 3 * MOST_RECORDS; // features go from the last slots to the first
    expected[last] = 0;
    expected[last - MOST_RECORDS] = 255;
    expected[last - 2 * MOST_RECORDS] = 128;
    expected[last - 3 * MOST_RECORDS] = 255;
    expected[last + 1 + last] = 0;
    expected[last + 1 + last - MOST_RECORDS] = 64;
    assertArrayEquals(expected, slots.values());
  }

  @Test
  void resultsWithTooSmallAMarginOrBeyondTheBoundAreRefused() {
    Plan plan = packed(SampleModels.squares(), 2, 1);
    Round round = plan.rounds().get(0);
    BlockLabel label = new BlockLabel(JOB, BATCH, 0, 0, 1);
    long[] slots = new long[plan.layout().slots(1)];
    slots[MOST_RECORDS] = -round.bound();
    ClearCipher.Block inside = new ClearCipher.Block(new IntegerSlots(1, slots.length, 1, slots));
    long[] beyond = slots.clone();
    beyond[MOST_RECORDS]--;
    ClearCipher.Block outside = new ClearCipher.Block(new IntegerSlots(1, slots.length, 1, beyond));

    ResultReader reader = codec(plan).results(round, 1);
    assertEquals(new ResultReader.Decrypted(MARGIN, round.bound()), reader.take(label, inside));
    assertPoisoned(() -> reader.take(label, outside));
    ResultReader noisy = new RoundsCodec(plan, new ClearCipher(0.9)).results(round, 1);
    assertPoisoned(() -> noisy.take(label, inside));
  }

  /** Of what was decrypted nothing is said. */
  private static void assertPoisoned(Executable decryption) {
    String message = assertThrows(PoisonedResultException.class, decryption).getMessage();
    assertEquals("The result of round 0, draw 0 ", message.substring(0, 30));
    assertFalse(message.substring(30).matches(".*[0-9].*"), message);
  }
}
