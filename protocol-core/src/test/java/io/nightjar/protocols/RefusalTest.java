package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ModelOwner;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.TestParties;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests what a party of any protocol refuses, and that it can go on as if nothing had happened.
 * What only one scheme's ciphertexts can be refused for is tested beside its protocol.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.nightjar.protocols.Trial#all")
class RefusalTest {

  private static final UUID JOB = TestParties.JOB;
  private static final long BATCH = 5;
  private static final int RECORDS = 9;
  private static final int DRAWS = 2;

  private final Trial trial;
  private final Model model = SampleModels.squares();
  private final JobSecret secret = JobSecret.fixedForTests(1);
  private final RealColumns values = values(RECORDS);
  private final Plan plan;
  private TestParties parties;
  private DataOwnerBatch batch;

  RefusalTest(Trial trial) {
    this.trial = trial;
    this.plan = trial.plan(model, trial.options().withDraws(DRAWS));
  }

  private static RealColumns values(int records) {
    return new RealColumns(6, records, new Random(4).doubles(6L * records).toArray());
  }

  @BeforeEach
  void open() {
    parties = new TestParties(model, plan, secret);
    batch = parties.dataOwner().open(BATCH, values);
  }

  @AfterEach
  void close() {
    parties.close();
    secret.close();
  }

  private static BlockLabel label(UUID job, long number, int round, int draw, int first) {
    return new BlockLabel(job, number, round, draw, first);
  }

  private void assertUploadRefused(String reason, BlockLabel label, EncryptedBlock block) {
    assertRefused(reason, () -> parties.modelOwner().evaluate(label, block));
  }

  private void assertResultRefused(String reason, BlockLabel label, EncryptedBlock block) {
    assertRefused(reason, () -> batch.accept(label, block));
  }

  private static void assertRefused(String reason, Executable action) {
    ProtocolException refused = assertThrows(ProtocolException.class, action);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  /** Goes on to the end, where the predictions must be as if nothing had been refused. */
  private void finish(List<Message> results) {
    parties.finish(batch, results);
    assertArrayEquals(
        parties.reference(BATCH, values).mean().values(),
        batch.predictions().orElseThrow().mean().values(),
        Trial.tolerance(plan));
  }

  @Test
  void aModelOwnerRefusesAnotherPlan() {
    PlanDigest other = new PlanDigest("0".repeat(64));

    assertRefused(
        "follows plan " + other,
        () -> new ModelOwner(JOB, plan, other, parties.arithmetic(), parties.vendorFormat()));
  }

  @Test
  void aModelOwnerRefusesUploadsThatAreNotTheNextOne() {
    int rounds = plan.rounds().size();
    try (Message upload = batch.upload(0)) {
      EncryptedBlock block = upload.block();
      assertUploadRefused("job", label(new UUID(9, 9), BATCH, 0, 0, 0), block);
      assertUploadRefused(
          "the plan has %d rounds".formatted(rounds), label(JOB, BATCH, rounds, 0, 0), block);
      assertUploadRefused("draw 1", label(JOB, BATCH, 0, 1, 0), block);
      assertUploadRefused("ciphertext 3", label(JOB, BATCH, 0, 0, 3), block);

      List<Message> results = parties.evaluate(upload);
      assertUploadRefused("round 1 is next", upload.label(), block);

      finish(results);
    }
  }

  @Test
  void aDataOwnerRefusesResultsItDoesNotWaitFor() {
    try (Message upload = batch.upload(0)) {
      List<Message> results = parties.evaluate(upload);
      EncryptedBlock block = results.get(0).block();
      assertResultRefused("job", label(new UUID(7, 7), BATCH, 0, 0, 0), block);
      assertResultRefused("batch", label(JOB, BATCH + 1, 0, 0, 0), block);
      assertResultRefused("round 1", label(JOB, BATCH, 1, 0, 0), block);
      assertResultRefused("2 draws", label(JOB, BATCH, 0, DRAWS, 0), block);
      assertResultRefused("ciphertexts 1 to", label(JOB, BATCH, 0, 0, 1), block);

      finish(results);
    }
  }

  @Test
  void aBlockOfAnotherShapeIsRefusedByBothParties() {
    try (Message upload = batch.upload(0)) {
      List<Message> results = parties.evaluate(upload);
      BlockLabel next = label(JOB, BATCH + 1, 0, 0, 0);
      EncryptedBlock result = results.get(0).block();
      assertThrows(ProtocolException.class, () -> parties.modelOwner().evaluate(next, result));
      assertThrows(
          ProtocolException.class, () -> batch.accept(results.get(0).label(), upload.block()));

      finish(results);
    }
  }

  @Test
  void aDataOwnerRefusesAResultOfAnotherNumberOfRecords() {
    DataOwnerBatch small = parties.dataOwner().open(BATCH + 1, values(RECORDS - 1));
    try (Message upload = batch.upload(0);
        Message of = small.upload(0)) {
      List<Message> results = parties.evaluate(upload);
      for (Message result : parties.evaluate(of)) {
        try (result) {
          BlockLabel here = label(JOB, BATCH, 0, result.label().draw(), 0);
          assertResultRefused(
              "records is %d; the plan says %d".formatted(RECORDS - 1, RECORDS),
              here,
              result.block());
        }
      }

      finish(results);
    }
  }

  @Test
  void blocksOfAnotherSchemeOrOfOtherParametersAreRefusedByBothParties() throws IOException {
    try (Message upload = batch.upload(0)) {
      List<Message> results = parties.evaluate(upload);
      BlockLabel next = label(JOB, BATCH + 1, 0, 0, 0);
      for (Trial other : Trial.all()) {
        if (!other.equals(trial)) {
          Plan theirPlan = other.plan(model);
          try (TestParties theirs = new TestParties(model, theirPlan, secret);
              Message foreign = theirs.dataOwner().open(BATCH, values).upload(0)) {
            boolean alike = foreign.block().getClass().equals(upload.block().getClass());
            String reason = alike ? "The block's parameters is " : "another scheme";
            assertUploadRefused(reason, next, foreign.block());
            assertResultRefused(reason, upload.label(), foreign.block());
            if (!alike) {
              assertRefused(reason, () -> readAsResult(theirs, foreign));
            }
          }
        }
      }

      finish(results);
    }
  }

  /** Reads a message of other parties, and asks this batch about its header. */
  private void readAsResult(TestParties theirs, Message foreign) throws IOException {
    BlockFormat format = theirs.dataOwner().format(Long.MAX_VALUE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.writeBlock(foreign.block(), foreign.label(), out);
    format.readBlock(new ByteArrayInputStream(out.toByteArray()), batch::check);
  }

  @Test
  void everyUploadIsMadeOnceAndInItsTurn() {
    assertThrows(IllegalStateException.class, () -> batch.upload(1), "draw 0's is for both");
    try (Message upload = batch.upload(0)) {
      assertThrows(IllegalStateException.class, () -> batch.upload(0));
      finish(parties.evaluate(upload));
    }
    assertThrows(IllegalStateException.class, () -> batch.upload(0));
    assertThrows(IllegalStateException.class, () -> batch.upload(1));
  }

  @Test
  void predictionsBeforeTheEndAreRefused() {
    assertThrows(IllegalStateException.class, () -> batch.predictions());
  }

  @Test
  void aBatchGoesOnFromTheResultsOfUploadsThatAnotherProcessMade() {
    List<Message> results;
    try (Message upload = batch.upload(0)) {
      results = parties.evaluate(upload);
    }
    batch = parties.dataOwner().open(BATCH, values);

    finish(results);
  }

  @Test
  void aBatchResumesInALaterRoundWithoutTheResultsBeforeIt() {
    int last = plan.rounds().size() - 1;
    List<Message> results = parties.lastResults(batch);
    batch = parties.dataOwner().resume(BATCH, values.records(), last);

    assertThrows(IllegalStateException.class, () -> batch.upload(0), "it was made before");
    finish(results);
  }
}
