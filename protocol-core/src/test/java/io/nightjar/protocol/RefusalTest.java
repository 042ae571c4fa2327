package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Round;
import io.nightjar.reference.ReferenceEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a party refuses, and that it can go on as if nothing had happened. */
class RefusalTest {

  private static final UUID JOB = new UUID(1, 2);
  private static final long BATCH = 5;
  private static final int RECORDS = 9;

  private final JobSecret secret = JobSecret.fixedForTests(1);
  private Plan plan;
  private Draws draws;
  private RealColumns values;
  private HeContext context;
  private SecretKey key;
  private DataOwnerBatch batch;
  private ModelOwner modelOwner;

  @BeforeEach
  void open() {
    List<RandomNetworks.Choice> choices =
        List.of(new RandomNetworks.Choice(0, 5, 0), new RandomNetworks.Choice(11, 1, 0));
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false, 6, choices, Posterior.Kind.MEAN_FIELD, false, false, 3));
    plan = Planner.plan(model, PlanOptions.DEFAULT.withDraws(2).insecureForTests(64));
    draws = Draws.of(model, plan, secret);
    values = RandomNetworks.records(model, RECORDS, new Random(4));
    context = HeContext.open(plan.parameters());
    key = SecretKey.generate(context);
    DataOwner dataOwner = new DataOwner(JOB, plan, context, key);
    batch = dataOwner.open(BATCH, values);
    modelOwner =
        new ModelOwner(
            JOB, plan, PlanDigest.of(plan), draws, Optional.empty(), Optional.empty(), context);
  }

  @AfterEach
  void close() {
    key.close();
    context.close();
    secret.close();
  }

  @Test
  void aModelOwnerRefusesAnotherPlan() {
    PlanDigest other = new PlanDigest("0".repeat(64));

    assertRefused(
        "follows plan " + other,
        () -> new ModelOwner(JOB, plan, other, draws, Optional.empty(), Optional.empty(), context));
  }

  @Test
  void aModelOwnerRefusesUploadsThatAreNotTheNextOne() {
    try (Message upload = batch.upload(0)) {
      CipherBlock block = (CipherBlock) upload.block();
      assertUploadRefused("job", new BlockLabel(new UUID(9, 9), BATCH, 0, 0, 0), block);
      assertUploadRefused("the plan has 2 rounds", new BlockLabel(JOB, BATCH, 2, 0, 0), block);
      assertUploadRefused("draw 1", new BlockLabel(JOB, BATCH, 0, 1, 0), block);
      assertUploadRefused("column 3", new BlockLabel(JOB, BATCH, 0, 0, 3), block);
      assertUploadRefused("shape", new BlockLabel(JOB, BATCH, 1, 0, 0), block);

      List<Message> answers = modelOwner.answer(upload.label(), block);
      assertUploadRefused("round 1 is next", upload.label(), block);

      finish(answers);
    }
  }

  @Test
  void aModelOwnerRefusesBlocksOfAnotherKind() {
    IntegerColumns columns = new IntegerColumns(6, 1, new long[6]);
    try (CipherBlock coefficients =
        new BlockEncryptor(context, key).encrypt(columns, Packing.COEFFICIENTS, Form.COEFFICIENT)) {
      assertUploadRefused("shape", new BlockLabel(JOB, BATCH, 0, 0, 0), coefficients);
    }
  }

  @Test
  void aDataOwnerRefusesResultsItDoesNotWaitForAndGoesOn() {
    try (Message upload = batch.upload(0)) {
      List<Message> answers = modelOwner.answer(upload.label(), upload.block());
      Message answer = answers.get(0);
      BlockLabel label = answer.label();
      assertResultRefused("job", with(label, new UUID(7, 7), BATCH, 0, 0), answer.block());
      assertResultRefused("batch", with(label, JOB, BATCH + 1, 0, 0), answer.block());
      assertResultRefused("round 1", with(label, JOB, BATCH, 1, 0), answer.block());
      assertResultRefused("2 draws", with(label, JOB, BATCH, 0, 2), answer.block());
      assertResultRefused("columns", new BlockLabel(JOB, BATCH, 0, 0, 1), answer.block());
      assertResultRefused("shape", label, withoutNtt((CipherBlock) answer.block()));

      finish(answers);
    }
  }

  @Test
  void aDataOwnerRefusesResultsUnderAnotherKeyAndGoesOn() {
    try (SecretKey other = SecretKey.generate(context);
        Message theirs = new DataOwner(JOB, plan, context, other).open(BATCH, values).upload(0);
        Message upload = batch.upload(0)) {
      for (Message answer :
          new ModelOwner(
                  JOB,
                  plan,
                  PlanDigest.of(plan),
                  draws,
                  Optional.empty(),
                  Optional.empty(),
                  context)
              .answer(theirs.label(), theirs.block())) {
        assertResultRefused("noise margin", answer.label(), answer.block());
        answer.close();
      }

      finish(modelOwner.answer(upload.label(), upload.block()));
    }
  }

  @Test
  void aDataOwnerRefusesValuesBeyondThePlansBoundAndGoesOn() {
    Round round = plan.rounds().get(0);
    long[] outputs = new long[round.outputColumns() * RECORDS];
    outputs[3] = -round.bound() - 1;
    try (Message upload = batch.upload(0);
        CipherBlock wrong =
            new BlockEncryptor(context, key)
                .encrypt(
                    new IntegerColumns(round.outputColumns(), RECORDS, outputs),
                    plan.packing(),
                    plan.form())) {
      assertResultRefused(
          "the plan's bound is " + round.bound(), new BlockLabel(JOB, BATCH, 0, 0, 0), wrong);

      finish(modelOwner.answer(upload.label(), upload.block()));
    }
  }

  @Test
  void aDataOwnerTakesEveryColumnOnce() {
    try (Message upload = batch.upload(0)) {
      List<Message> answers = new ArrayList<>();
      new RoundEvaluator(JOB, plan, draws, Optional.empty(), Optional.empty(), context)
          .evaluate(
              upload.label(),
              upload.block(),
              new InputDigest(1, 2, 3, 4),
              0,
              new RowRange(0, 2),
              Long.MAX_VALUE)
          .forEachRemaining(answers::add);
      try (Message part = answers.get(0)) {
        assertFalse(batch.accept(part.label(), part.block()));
        assertResultRefused("Column 0 of round 0 was received before", part.label(), part.block());
      }
    }
  }

  @Test
  void everyUploadIsMadeOnceAndInItsTurn() {
    assertThrows(IllegalStateException.class, () -> batch.upload(1), "draw 0's is for both");
    try (Message upload = batch.upload(0)) {
      assertThrows(IllegalStateException.class, () -> batch.upload(0));
      finish(modelOwner.answer(upload.label(), upload.block()));
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
    List<Message> answers = new ArrayList<>();
    try (Message upload = batch.upload(0)) {
      answers.addAll(modelOwner.answer(upload.label(), upload.block()));
    }
    batch = new DataOwner(JOB, plan, context, key).open(BATCH, values);

    finish(answers);
  }

  private static BlockLabel with(BlockLabel label, UUID job, long number, int round, int draw) {
    return new BlockLabel(job, number, round, draw, label.firstCiphertext());
  }

  private CipherBlock withoutNtt(CipherBlock block) {
    return new io.nightjar.crypto.lattice.BlockEvaluator(context).toForm(block, Form.COEFFICIENT);
  }

  private void assertUploadRefused(String reason, BlockLabel label, CipherBlock block) {
    assertRefused(reason, () -> modelOwner.answer(label, block));
  }

  private void assertResultRefused(String reason, BlockLabel label, EncryptedBlock block) {
    assertRefused(reason, () -> batch.accept(label, block));
  }

  private static void assertRefused(
      String reason, org.junit.jupiter.api.function.Executable action) {
    ProtocolException refused = assertThrows(ProtocolException.class, action);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  /** Goes on to the end, where the predictions must be as if nothing had been refused. */
  private void finish(List<Message> answers) {
    List<Message> open = new ArrayList<>(answers);
    while (!open.isEmpty()) {
      try (Message answer = open.remove(0)) {
        boolean complete = batch.accept(answer.label(), answer.block());
        if (complete && answer.label().round() < plan.rounds().size() - 1) {
          try (Message upload = batch.upload(answer.label().draw())) {
            open.addAll(modelOwner.answer(upload.label(), upload.block()));
          }
        }
      }
    }
    assertArrayEquals(
        new ReferenceEvaluator(plan, draws).score(BATCH, values).mean().values(),
        batch.predictions().mean().values());
  }
}
