package io.nightjar.cryptonets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.keys.OwnerKey;
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
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests what a party refuses of ciphertexts of CKKS, and that it goes on from there. */
class CryptonetsRefusalTest {

  private static final long BATCH = 3;
  private static final int FEATURES = 4;
  private static final int RECORDS = 9;
  private static final BlockLabel UPLOAD = new BlockLabel(TestParties.JOB, BATCH, 0, 0, 0);

  private final JobSecret secret = JobSecret.fixedForTests(1);
  private Plan plan;
  private CryptonetsSheet sheet;
  private RealColumns values;
  private TestParties parties;
  private TestParties others;
  private HeContext context;
  private BlockEncryptor encryptor;
  private DataOwnerBatch batch;

  @BeforeEach
  void open() {
    plan = new Cryptonets().plan(model(), TestOptions.insecure(64));
    sheet = (CryptonetsSheet) plan.sheet();
    values =
        new RealColumns(
            FEATURES, RECORDS, new Random(4).doubles((long) FEATURES * RECORDS).toArray());
    parties = new TestParties(model(), plan, secret);
    others = new TestParties(model(), plan, secret);
    context = secretOf(parties).context();
    encryptor = new BlockEncryptor(context, secretOf(parties).key());
    batch = parties.dataOwner().open(BATCH, values);
  }

  private static LatticeSecret secretOf(TestParties of) {
    return (LatticeSecret) of.ownerSecret();
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

  @AfterEach
  void close() {
    others.close();
    parties.close();
    secret.close();
  }

  @Test
  void aModelOwnerRefusesAnUploadOfAnotherScaleOrOfFewerPrimes() {
    try (CipherBlock half = encryptor.encrypt(values, sheet.scale() / 2);
        CipherBlock twice = encryptor.encrypt(values, sheet.scale() * 2);
        CipherBlock good = encryptor.encrypt(values, sheet.scale());
        CipherBlock low = new BlockEvaluator(context).switchModulus(good);
        Message upload = batch.upload(0)) {
      assertUploadRefused("The block's scale is " + half.scale(), half);
      assertUploadRefused("The block's scale is " + twice.scale(), twice);
      assertUploadRefused("The block's shape is ", low);

      finish(upload);
    }
  }

  @Test
  void aDataOwnerRefusesAResultOfAnotherScaleOrOfMorePrimes() {
    try (Message upload = batch.upload(0);
        CipherBlock fresh = fresh(0, sheet.resultScale());
        CipherBlock other = toResult(fresh(0, sheet.resultScale() / 2))) {
      assertResultRefused("The block's shape is ", fresh);
      assertResultRefused("The block's scale is " + other.scale(), other);

      finish(upload);
    }
  }

  @Test
  void valuesBeyondThePlansBoundPoisonABatch() {
    Round round = plan.rounds().get(0);
    // The bound is of real outputs; slots hold them in units of their scales.
    double slot = (round.bound() + 1) / round.outputScale(0);
    try (Message upload = batch.upload(0);
        CipherBlock large = toResult(fresh(slot, sheet.resultScale()))) {
      assertEquals(UPLOAD, upload.label());
      assertPoisoned(UPLOAD, large);
    }
  }

  @Test
  void whatWasMultipliedWithTheKeyOfAnotherPairPoisonsABatch() throws IOException {
    try (Message upload = batch.upload(0);
        RoundArithmetic mixed = parties.arithmetic(withRelinearisationKeyOfOthers())) {
      assertPoisoned(parties.modelOwner(mixed).evaluate(upload.label(), upload.block()));
    }
  }

  @Test
  void aResultUnderAnotherKeyPoisonsABatch() {
    try (Message foreign = others.dataOwner().open(BATCH, values).upload(0)) {
      assertPoisoned(parties.modelOwner(parties.arithmetic()).evaluate(UPLOAD, foreign.block()));
    }
  }

  private void assertPoisoned(List<Message> results) {
    for (Message result : results) {
      try (result) {
        assertPoisoned(result.label(), result.block());
      }
    }
  }

  /** What nobody but the data owner can see to be wrong is taken, and ends nothing. */
  private void assertPoisoned(BlockLabel label, EncryptedBlock block) {
    assertFalse(batch.isPoisoned());
    assertTrue(batch.accept(label, block));
    assertTrue(batch.isPoisoned() && batch.isFinished());
    assertTrue(batch.predictions().isEmpty());
  }

  private OwnerKey withRelinearisationKeyOfOthers() throws IOException {
    SecretKey theirs = secretOf(others).key();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockCodec codec = new BlockCodec(context);
    try (PublicKey publicKey = secretOf(parties).key().publicKey(context);
        RelinearisationKey key = theirs.relinearisationKey(secretOf(others).context())) {
      codec.write(publicKey, out);
      new BlockCodec(secretOf(others).context()).write(key, out);
    }
    return new OwnerKey(out.toByteArray());
  }

  @Test
  void aModelOwnerRefusesAKeyThatItCannotMultiplyWith() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PublicKey publicKey = secretOf(parties).key().publicKey(context)) {
      new BlockCodec(context).write(publicKey, out);
    }
    InvalidKeyException refused =
        assertThrows(
            InvalidKeyException.class, () -> parties.arithmetic(new OwnerKey(out.toByteArray())));
    assertTrue(refused.getMessage().contains("no relinearisation key"), refused.getMessage());
  }

  @Test
  void aPartOfANetworkIsNoTask() {
    try (Message upload = batch.upload(0);
        RoundEvaluator.OpenUpload open =
            parties.evaluator().open(upload.label(), upload.block(), new InputDigest(1, 2, 3, 4))) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> open.evaluate(0, new CiphertextRange(1, 2), Long.MAX_VALUE));
      assertTrue(refused.getMessage().startsWith("A whole network has "), refused.getMessage());
    }
  }

  /** The same number for every output of every record, at all primes. */
  private CipherBlock fresh(double slot, double scale) {
    double[] slots = new double[plan.rounds().get(0).outputFeatures() * RECORDS];
    Arrays.fill(slots, slot);
    return encryptor.encrypt(new RealColumns(slots.length / RECORDS, RECORDS, slots), scale);
  }

  /** At as many primes as results have. */
  private CipherBlock toResult(CipherBlock fresh) {
    CipherBlock block = fresh;
    while (block.shape().limbs() > sheet.lattice().resultLimbs()) {
      try (CipherBlock before = block) {
        block = new BlockEvaluator(context).switchModulus(before);
      }
    }
    return block;
  }

  private void assertUploadRefused(String reason, CipherBlock block) {
    assertRefused(reason, () -> parties.modelOwner().evaluate(UPLOAD, block));
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

  /** Evaluates the upload; the predictions must be as if nothing had been refused. */
  private void finish(Message upload) {
    parties.finish(batch, parties.evaluate(upload));
    assertArrayEquals(
        parties.reference(BATCH, values).mean().values(),
        batch.predictions().orElseThrow().mean().values(),
        1e-3);
  }
}
