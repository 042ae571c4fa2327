package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.plan.Round;
import io.nightjar.reference.ReferenceEvaluator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What either party refuses of a sealed plan, and that it goes on from there. */
class SealedRefusalTest {

  private static final UUID JOB = new UUID(5, 6);
  private static final long BATCH = 3;
  private static final int FEATURES = 4;
  private static final int RECORDS = 9;
  private static final BlockLabel UPLOAD = new BlockLabel(JOB, BATCH, 0, 0, 0);

  private final JobSecret secret = JobSecret.fixedForTests(1);
  private Plan plan;
  private Draws draws;
  private RealColumns values;
  private HeContext context;
  private SecretKey key;
  private PublicKey publicKey;
  private RelinearisationKey relinearisation;
  private DataOwnerBatch batch;
  private ModelOwner modelOwner;

  @BeforeEach
  void open() {
    plan =
        Planner.plan(
            model(), PlanOptions.DEFAULT.withProtocol(Protocol.CRYPTONETS).insecureForTests(64));
    draws = Draws.of(model(), plan, secret);
    values =
        new RealColumns(
            FEATURES, RECORDS, new Random(4).doubles((long) FEATURES * RECORDS).toArray());
    context = HeContext.open(plan.parameters());
    key = SecretKey.generate(context);
    publicKey = key.publicKey(context);
    relinearisation = key.relinearisationKey(context);
    batch = new DataOwner(JOB, plan, context, key).open(BATCH, values);
    modelOwner = modelOwner(relinearisation);
  }

  private static Model model() {
    return new Model(
        new Architecture(
            "small",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(FEATURES), new Range(0, 1), List.of()),
            List.of(
                new Dense("fc1", FEATURES, 5, true),
                new Square("square"),
                new Dense("fc2", 5, 3, true)),
            List.of("a", "b", "c"),
            Map.of("square", new Range(0, 4))),
        Posterior.of(
            new WeightSet(
                Map.of("fc1", point(FEATURES * 5), "fc2", point(15)),
                Map.of("fc1", point(5), "fc2", point(3)),
                Map.of())));
  }

  private static Point point(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (i % 5 - 2) / 3f;
    }
    return new Point(values);
  }

  private ModelOwner modelOwner(RelinearisationKey own) {
    return new ModelOwner(
        JOB,
        plan,
        PlanDigest.of(plan),
        draws,
        Optional.of(new Hiding(plan, secret, publicKey)),
        Optional.of(own),
        context);
  }

  @AfterEach
  void close() {
    relinearisation.close();
    publicKey.close();
    key.close();
    context.close();
    secret.close();
  }

  @Test
  void aModelOwnerRefusesAnUploadOfAnotherScaleOrOfFewerPrimes() {
    BlockEncryptor encryptor = new BlockEncryptor(context, key);
    try (CipherBlock half = encryptor.encrypt(values, plan.scale() / 2);
        CipherBlock twice = encryptor.encrypt(values, plan.scale() * 2);
        CipherBlock good = encryptor.encrypt(values, plan.scale());
        CipherBlock low = new BlockEvaluator(context).switchModulus(good);
        Message upload = batch.upload(0)) {
      assertUploadRefused("The block's scale is " + half.scale(), half);
      assertUploadRefused("The block's scale is " + twice.scale(), twice);
      assertUploadRefused("The block's shape is ", low);

      finish(modelOwner.answer(upload.label(), upload.block()));
    }
  }

  @Test
  void aDataOwnerRefusesAResultOfAnotherScaleOrOfMorePrimes() {
    try (Message upload = batch.upload(0);
        CipherBlock fresh = fresh(0, plan.resultScale());
        CipherBlock other = toResult(fresh(0, plan.resultScale() / 2))) {
      assertResultRefused("The block's shape is ", fresh);
      assertResultRefused("The block's scale is " + other.scale(), other);

      finish(modelOwner.answer(upload.label(), upload.block()));
    }
  }

  @Test
  void aDataOwnerRefusesValuesBeyondThePlansBound() {
    Round round = plan.rounds().get(0);
    // The bound is of real outputs; slots hold them in units of their scales.
    double slot = (round.bound() + 1) / round.outputScale(0);
    try (Message upload = batch.upload(0);
        CipherBlock large = toResult(fresh(slot, plan.resultScale()))) {
      assertResultRefused("the plan's bound is " + round.bound(), large);

      finish(modelOwner.answer(upload.label(), upload.block()));
    }
  }

  /** Of a result under another key, or multiplied with another pair's key, only noise is left. */
  @Test
  void aDataOwnerRefusesResultsOfOtherKeys() {
    try (SecretKey other = SecretKey.generate(context);
        RelinearisationKey theirs = other.relinearisationKey(context);
        Message upload = batch.upload(0)) {
      for (Message answer : modelOwner(theirs).answer(upload.label(), upload.block())) {
        try (answer) {
          assertResultRefused("the plan's bound is", answer.label(), answer.block());
        }
      }
      DataOwnerBatch stranger = new DataOwner(JOB, plan, context, other).open(BATCH, values);
      try (Message foreign = stranger.upload(0)) {
        for (Message answer : modelOwner(relinearisation).answer(UPLOAD, foreign.block())) {
          try (answer) {
            assertResultRefused("the plan's bound is", answer.label(), answer.block());
          }
        }
      }

      finish(modelOwner.answer(upload.label(), upload.block()));
    }
  }

  /** The same number for every output of every record, at all primes. */
  private CipherBlock fresh(double slot, double scale) {
    double[] slots = new double[plan.rounds().get(0).outputColumns() * RECORDS];
    Arrays.fill(slots, slot);
    return new BlockEncryptor(context, key)
        .encrypt(new RealColumns(slots.length / RECORDS, RECORDS, slots), scale);
  }

  /** At as many primes as results have. */
  private CipherBlock toResult(CipherBlock fresh) {
    CipherBlock block = fresh;
    while (block.shape().limbs() > plan.resultLimbs()) {
      try (CipherBlock before = block) {
        block = new BlockEvaluator(context).switchModulus(before);
      }
    }
    return block;
  }

  private void assertUploadRefused(String reason, CipherBlock block) {
    assertRefused(reason, () -> modelOwner.answer(UPLOAD, block));
  }

  private void assertResultRefused(String reason, CipherBlock block) {
    assertResultRefused(reason, UPLOAD, block);
  }

  private void assertResultRefused(String reason, BlockLabel label, EncryptedBlock block) {
    assertRefused(reason, () -> batch.accept(label, block));
  }

  private static void assertRefused(String reason, Executable action) {
    ProtocolException refused = assertThrows(ProtocolException.class, action);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  /** The predictions must be as if nothing had been refused. */
  private void finish(List<Message> answers) {
    for (Message answer : answers) {
      try (answer) {
        batch.accept(answer.label(), answer.block());
      }
    }
    assertArrayEquals(
        new ReferenceEvaluator(plan, draws).score(BATCH, values).mean().values(),
        batch.predictions().mean().values(),
        1e-3);
  }
}
