package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocol.SharedResources;
import io.nightjar.protocol.TestParties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a task that runs twice writes the same bytes, and that no two inputs share draws or a
 * mask.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.nightjar.protocols.Trial#all")
class EqualTasksTest {

  private static final InputDigest DIGEST = new InputDigest(1, 2, 3, 4);

  private final Trial trial;
  private final Model model = SampleModels.squares();
  private final Plan plan;
  private final JobSecret secret = JobSecret.fixedForTests(1);
  private final TestParties parties;
  private final Message upload;

  EqualTasksTest(Trial trial) {
    this.trial = trial;
    this.plan = trial.plan(model, trial.options().withDraws(2));
    this.parties = new TestParties(model, plan, secret);
    RealColumns values = new RealColumns(6, 3, new Random(1).doubles(18).toArray());
    this.upload = parties.dataOwner().open(0, values).upload(0);
  }

  @AfterEach
  void close() {
    upload.close();
    parties.close();
    secret.close();
  }

  /** Evaluates as a new process does, with as little memory at a time as there can be. */
  private byte[] evaluate(JobSecret of, InputDigest digest, int draw) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockFormat format = parties.vendorFormat();
    CiphertextRange all = new CiphertextRange(0, plan.layout().returned(plan.rounds().get(0)));
    try (SharedResources resources = new SharedResources();
        RoundArithmetic arithmetic =
            trial
                .protocol()
                .arithmetic(new ModelOwnerJob(plan, model, of, parties.ownerKey(), resources));
        RoundEvaluator.OpenUpload open =
            new RoundEvaluator(TestParties.JOB, plan, arithmetic)
                .open(upload.label(), upload.block(), digest);
        Results results = open.evaluate(draw, all, 1)) {
      while (results.hasNext()) {
        try (Message result = results.next()) {
          assertEquals(draw, result.label().draw());
          format.writeBlock(result.block(), result.label(), out);
        }
      }
    }
    return out.toByteArray();
  }

  @Test
  void equalTasksWriteEqualBytes() throws IOException {
    assertArrayEquals(evaluate(secret, DIGEST, 0), evaluate(secret, DIGEST, 0));
    assertArrayEquals(evaluate(secret, DIGEST, 1), evaluate(secret, DIGEST, 1));
  }

  @Test
  void anotherSecretOrAnotherDrawWritesOtherBytes() throws IOException {
    byte[] bytes = evaluate(secret, DIGEST, 0);
    try (JobSecret another = JobSecret.fixedForTests(2)) {
      assertFalse(Arrays.equals(bytes, evaluate(another, DIGEST, 0)));
    }
    assertFalse(Arrays.equals(bytes, evaluate(secret, DIGEST, 1)));
  }

  private static final List<InputDigest> OTHERS =
      List.of(
          new InputDigest(0, 2, 3, 4),
          new InputDigest(1, 0, 3, 4),
          new InputDigest(1, 2, 0, 4),
          new InputDigest(1, 2, 3, 0));

  @Test
  void everyPartOfADigestCounts() throws IOException {
    byte[] bytes = evaluate(secret, DIGEST, 0);
    for (InputDigest other : OTHERS) {
      assertFalse(Arrays.equals(bytes, evaluate(secret, other, 0)), other.toString());
    }
  }

  /** Only bayhenn without model privacy has no masks: its results are as they were evaluated. */
  @Test
  void underASeedEveryPartCountsForTheMaskAlone() throws IOException {
    boolean masked =
        !(trial.protocol().name().equals("bayhenn") && trial.privacy() == ModelPrivacy.NONE);
    try (JobSecret repeating = JobSecret.ofSeed(new byte[JobSecret.SEED_BYTES])) {
      byte[] bytes = evaluate(repeating, DIGEST, 0);
      for (InputDigest other : OTHERS) {
        assertEquals(
            !masked, Arrays.equals(bytes, evaluate(repeating, other, 0)), other.toString());
      }
    }
  }
}
