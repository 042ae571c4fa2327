package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests what a party refuses of ciphertexts of BFV, and that it goes on from there. */
class BayhennRefusalTest {

  private static final long BATCH = 5;
  private static final int RECORDS = 9;
  private static final BlockLabel LABEL = new BlockLabel(TestParties.JOB, BATCH, 0, 0, 0);

  private final JobSecret secret = JobSecret.fixedForTests(1);
  private Plan plan;
  private LatticeEncryption encryption;
  private RealColumns values;
  private TestParties parties;
  private TestParties others;
  private HeContext context;
  private BlockEncryptor encryptor;
  private DataOwnerBatch batch;

  @BeforeEach
  void open() {
    List<RandomNetworks.Choice> choices =
        List.of(new RandomNetworks.Choice(0, 5, 0), new RandomNetworks.Choice(11, 1, 0));
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false, 6, choices, Posterior.Kind.MEAN_FIELD, false, false, 3));
    plan = new Bayhenn().plan(model, TestOptions.insecure(64).withDraws(2));
    encryption = ((BayhennSheet) plan.sheet()).lattice();
    values = RandomNetworks.records(model, RECORDS, new Random(4));
    parties = new TestParties(model, plan, secret);
    others = new TestParties(model, plan, secret);
    LatticeSecret key = (LatticeSecret) parties.ownerSecret();
    context = key.context();
    encryptor = new BlockEncryptor(context, key.key());
    batch = parties.dataOwner().open(BATCH, values);
  }

  @AfterEach
  void close() {
    others.close();
    parties.close();
    secret.close();
  }

  @Test
  void aModelOwnerRefusesBlocksOfAnotherForm() {
    IntegerColumns columns = new IntegerColumns(6, 1, new long[6]);
    try (CipherBlock coefficients =
        encryptor.encrypt(columns, Packing.COEFFICIENTS, Form.COEFFICIENT)) {
      assertRefused("shape", () -> parties.modelOwner().evaluate(LABEL, coefficients));
    }
    parties.finish(batch);
    assertNothingIsLost();
  }

  @Test
  void aDataOwnerRefusesResultsOfAnotherFormAndGoesOn() {
    try (Message upload = batch.upload(0)) {
      List<Message> results = parties.evaluate(upload);
      Message result = results.get(0);
      try (CipherBlock changed =
          new BlockEvaluator(context).toForm((CipherBlock) result.block(), Form.COEFFICIENT)) {
        assertResultRefused("shape", result.label(), changed);
      }

      parties.finish(batch, results);
    }
    assertNothingIsLost();
  }

  @Test
  void resultsUnderAnotherKeyPoisonABatchThatGoesOn() {
    batch.upload(0).close();
    try (Message theirs = others.dataOwner().open(BATCH, values).upload(0)) {
      for (Message result : others.evaluate(theirs)) {
        try (result) {
          assertTrue(batch.accept(result.label(), result.block()));
        }
      }
    }
    assertGoesOnPoisoned();
  }

  @Test
  void valuesBeyondThePlansBoundPoisonABatchThatGoesOn() {
    Round round = plan.rounds().get(0);
    long[] outputs = new long[round.outputFeatures() * RECORDS];
    outputs[3] = -round.bound() - 1;
    try (Message upload = batch.upload(0);
        CipherBlock wrong =
            encryptor.encrypt(
                new IntegerColumns(round.outputFeatures(), RECORDS, outputs),
                encryption.packing(),
                encryption.form())) {
      assertTrue(batch.accept(LABEL, wrong));
      for (Message result : parties.evaluate(upload)) {
        try (result) {
          if (result.label().draw() != LABEL.draw()) {
            batch.accept(result.label(), result.block());
          }
        }
      }
    }
    assertGoesOnPoisoned();
  }

  /** The second round's uploads are encryptions of zero, and of their results nothing is made. */
  private void assertGoesOnPoisoned() {
    assertTrue(batch.isPoisoned());
    for (int draw = 0; draw < 2; draw++) {
      try (Message upload = batch.upload(draw)) {
        IntegerColumns uploaded =
            new BlockDecryptor(context, ((LatticeSecret) parties.ownerSecret()).key())
                .decrypt((CipherBlock) upload.block())
                .columns();
        assertArrayEquals(
            new long[plan.rounds().get(1).inputFeatures() * RECORDS], uploaded.values());
      }
    }
  }

  @Test
  void aDataOwnerTakesEveryCiphertextOnce() {
    try (Message upload = batch.upload(0);
        RoundEvaluator.OpenUpload open =
            parties.evaluator().open(upload.label(), upload.block(), new InputDigest(1, 2, 3, 4));
        Results results = open.evaluate(0, new CiphertextRange(0, 2), Long.MAX_VALUE);
        Message part = results.next()) {
      assertFalse(batch.accept(part.label(), part.block()));
      assertResultRefused(
          "Ciphertext 0 of round 0 was received before", part.label(), part.block());
    }
  }

  private void assertResultRefused(String reason, BlockLabel label, EncryptedBlock block) {
    assertRefused(reason, () -> batch.accept(label, block));
  }

  private static void assertRefused(String reason, Executable action) {
    ProtocolException refused = assertThrows(ProtocolException.class, action);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  /** The predictions must be as if nothing had been refused. */
  private void assertNothingIsLost() {
    assertArrayEquals(
        parties.reference(BATCH, values).mean().values(),
        batch.predictions().orElseThrow().mean().values());
  }
}
