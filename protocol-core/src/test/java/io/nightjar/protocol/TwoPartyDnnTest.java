package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.paillier.PaillierCodec;
import io.nightjar.crypto.paillier.PaillierEncryptor;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.crypto.paillier.ResiduePool;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.PlanReader;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.PlanText;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.plan.SampleModels;
import io.nightjar.reference.ReferenceEvaluator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The rounds of bayhenn over Paillier. */
class TwoPartyDnnTest {

  private static final int BITS = 384;
  private static final UUID JOB = new UUID(1, 2);
  private static final PlanOptions OPTIONS =
      PlanOptions.DEFAULT
          .withProtocol(Protocol.TWO_PARTY_DNN)
          .withModulusBits(BITS)
          .insecureForTests(0);

  /** Two small primes for all tests: a key's parameters vary with the plan, its primes need not. */
  private static final byte[] PRIMES = primes();

  private static byte[] primes() {
    try (PaillierSecretKey key = PaillierSecretKey.generate(new PaillierParameters(BITS, 20))) {
      return key.toBytes(RawSecretAccess.granted());
    }
  }

  private static PaillierSecretKey key(Plan plan) {
    return PaillierSecretKey.fromBytes(plan.paillier(), PRIMES, RawSecretAccess.granted());
  }

  @Provide
  Arbitrary<RandomNetworks.Recipe> networks() {
    return RandomNetworks.recipes();
  }

  @Property(tries = 40)
  void encryptedAndReferenceResultsAreEqualBitForBit(
      @ForAll("networks") RandomNetworks.Recipe recipe,
      @ForAll @IntRange(min = 1, max = 2) int draws,
      @ForAll @IntRange(min = 1, max = 20) int records) {
    Model model = RandomNetworks.model(recipe);
    int s = recipe.posterior() == Posterior.Kind.POINT ? 1 : draws;
    Plan plan = Planner.plan(model, OPTIONS.withDraws(s));
    RealColumns values = RandomNetworks.records(model, records, new Random(recipe.seed()));
    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      Draws source = Draws.of(model, plan, secret);
      Predictions expected = new ReferenceEvaluator(plan, source).score(7, values);
      Predictions encrypted = score(plan, source, secret, values);
      assertArrayEquals(expected.mean().values(), encrypted.mean().values());
      assertArrayEquals(expected.deviation().values(), encrypted.deviation().values());
    }
  }

  /** Both parties in one process, passing bytes. */
  private static Predictions score(Plan plan, Draws draws, JobSecret secret, RealColumns values) {
    try (PaillierSecretKey key = key(plan);
        ResiduePool pool = new ResiduePool(key, 1 << 14);
        PaillierPublicKey sent =
            PaillierPublicKey.read(plan.paillier(), key.publicKey().toBytes());
        PaillierRounds rounds = new PaillierRounds(secret, sent)) {
      DataOwner owner = new DataOwner(JOB, plan, key, pool);
      ModelOwner model = new ModelOwner(JOB, plan, owner.planDigest(), draws, rounds);
      DataOwnerBatch open = owner.open(7, values);
      Deque<Message> uploads = new ArrayDeque<>(List.of(open.upload(0)));
      while (!uploads.isEmpty()) {
        Message upload = uploads.remove();
        for (Message answer : model.answer(upload.label(), sent(sent, upload))) {
          boolean complete = open.accept(answer.label(), sent(key.publicKey(), answer));
          if (complete && answer.label().round() < plan.rounds().size() - 1) {
            uploads.add(open.upload(answer.label().draw()));
          }
        }
      }
      assertTrue(owner.measures().leastMarginBits() >= plan.noiseMarginBits());
      return open.predictions();
    }
  }

  private static EncryptedBlock sent(PaillierPublicKey key, Message message) {
    PaillierCodec codec = new PaillierCodec(key, Long.MAX_VALUE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (message) {
      codec.writeBlock(message.block(), message.label(), out);
      return codec.readBlock(new ByteArrayInputStream(out.toByteArray()), header -> {}).block();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void fieldsAreAsWideAsTheBoundsAndTwoGuardBits() {
    for (Model model : List.of(SampleModels.mlp(), SampleModels.lenet())) {
      Plan plan = Planner.plan(model, PlanOptions.DEFAULT.withProtocol(Protocol.TWO_PARTY_DNN));
      long largest = plan.rounds().stream().mapToLong(round -> round.bound()).max().orElseThrow();
      PaillierParameters parameters = plan.paillier();
      assertEquals(3072, parameters.modulusBits());
      assertTrue(largest < 1L << (parameters.fieldBits() - 3));
      assertTrue(largest >= 1L << (parameters.fieldBits() - 4));
      assertEquals(8 * (3069 / parameters.fieldBits()), plan.batchSize());
      assertTrue(plan.noiseMarginBits() >= 2 && plan.noiseMarginBits() < 3);
      double column = 8 * 768.0 / plan.batchSize();
      assertEquals(784 * column, plan.bytesUpPerRecord(plan.rounds().get(0)), 1e-9);
      // The integers are bayhenn's, so that their reference is, too.
      Plan lattice = Planner.plan(model, PlanOptions.DEFAULT);
      for (int i = 0; i < plan.rounds().size(); i++) {
        assertEquals(lattice.rounds().get(i).bound(), plan.rounds().get(i).bound());
        assertEquals(lattice.rounds().get(i).outputScales(), plan.rounds().get(i).outputScales());
      }
    }
  }

  @Test
  void aPlanIsReadAsItWasWrittenAndNotWithOtherFields() {
    Plan plan =
        Planner.plan(
            SampleModels.mlp(),
            PlanOptions.DEFAULT.withProtocol(Protocol.TWO_PARTY_DNN).withDraws(2));
    String json = PlanJson.write(plan);
    assertEquals(plan, PlanReader.read(json));
    int field = plan.paillier().fieldBits();
    assertRefused("its fields have", json.replace("\"fieldBits\":" + field, "\"fieldBits\":9"));
    assertRefused("can be factored", json.replace("\"modulusBits\":3072", "\"modulusBits\":1024"));
    assertRefused(
        "must have a multiple of 64", json.replace("\"modulusBits\":3072", "\"modulusBits\":1"));
    assertRefused("as this program writes it", json.replace("\"guardBits\":2", "\"guardBits\":3"));
    assertRefused("does not go with", json.replace("\"2p-dnn\"", "\"bayhenn\""));
    assertRefused("lattices", json.replace("\"draws\":2", "\"floodBits\":40,\"draws\":2"));
    assertThrows(IllegalStateException.class, plan::parameters);
  }

  private static void assertRefused(String why, String json) {
    InvalidPlanException e = assertThrows(InvalidPlanException.class, () -> PlanReader.read(json));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void shortModuliAreRefusedOrWarnedOf() {
    PlanOptions options = PlanOptions.DEFAULT.withProtocol(Protocol.TWO_PARTY_DNN);
    PlanRefusedException e =
        assertThrows(
            PlanRefusedException.class,
            () -> Planner.plan(SampleModels.mlp(), options.withModulusBits(1024)));
    assertEquals(
        "A modulus of 1024 bits can be factored: use 3072, or 2048 at the least", e.getMessage());
    String warned = PlanText.of(Planner.plan(SampleModels.mlp(), options.withModulusBits(2048)));
    assertTrue(warned.contains("ONLY 112-BIT SECURITY"), warned);
    String usual = PlanText.of(Planner.plan(SampleModels.mlp(), options));
    assertTrue(usual.contains("128-bit security") && !usual.contains("ONLY"), usual);
    assertThrows(
        PlanRefusedException.class,
        () -> Planner.plan(SampleModels.mlp(), options.withPrivacy(ModelPrivacy.BAYESIAN)));
  }

  @Test
  void whatDoesNotBelongIsRefusedAndNothingIsLost() {
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false,
                6,
                List.of(new RandomNetworks.Choice(0, 5, 0), new RandomNetworks.Choice(11, 1, 0)),
                Posterior.Kind.MEAN_FIELD,
                false,
                false,
                3));
    Plan plan = Planner.plan(model, OPTIONS);
    RealColumns values = RandomNetworks.records(model, 9, new Random(1));
    try (JobSecret secret = JobSecret.fixedForTests(1);
        PaillierSecretKey key = key(plan);
        PaillierSecretKey other = PaillierSecretKey.generate(plan.paillier());
        ResiduePool pool = new ResiduePool(key, 1);
        ResiduePool otherPool = new ResiduePool(other, 1);
        PaillierRounds rounds = new PaillierRounds(secret, key.publicKey())) {
      Draws draws = Draws.of(model, plan, secret);
      DataOwner owner = new DataOwner(JOB, plan, key, pool);
      ModelOwner vendor = new ModelOwner(JOB, plan, owner.planDigest(), draws, rounds);
      DataOwnerBatch batch = owner.open(7, values);
      Message upload = batch.upload(0);
      BlockLabel label = upload.label();

      // Beyond the bound, though it fits a field.
      long bound = plan.rounds().get(0).bound();
      long[] wrong = new long[plan.rounds().get(0).outputColumns() * 9];
      wrong[4] = -bound - 1;
      IntegerColumns outputs = new IntegerColumns(wrong.length / 9, 9, wrong);
      EncryptedBlock beyond = new PaillierEncryptor(key, pool).encrypt(outputs);
      ProtocolException refusal =
          assertThrows(ProtocolException.class, () -> batch.accept(label, beyond));
      assertTrue(refusal.getMessage().contains("the plan's bound is " + bound));

      // Of another key; of another round; of a number of columns that no round has.
      Message theirs = new DataOwner(JOB, plan, other, otherPool).open(7, values).upload(0);
      assertThrows(CryptoException.class, () -> vendor.answer(label, theirs.block()));
      BlockLabel next = new BlockLabel(JOB, 7, 1, 0, 0);
      assertThrows(ProtocolException.class, () -> vendor.answer(next, upload.block()));
      List<Message> answers = vendor.answer(label, upload.block());
      assertThrows(ProtocolException.class, () -> vendor.answer(label, upload.block()));
      assertThrows(ProtocolException.class, () -> batch.accept(label, upload.block()));
      try (PaillierRounds theirRounds = new PaillierRounds(secret, other.publicKey())) {
        ModelOwner another = new ModelOwner(JOB, plan, owner.planDigest(), draws, theirRounds);
        Message answer = another.answer(theirs.label(), theirs.block()).get(0);
        assertThrows(CryptoException.class, () -> batch.accept(answer.label(), answer.block()));
      }

      assertTrue(batch.accept(answers.get(0).label(), answers.get(0).block()));
      for (Message answer : vendor.answer(next, batch.upload(0).block())) {
        assertTrue(batch.accept(answer.label(), answer.block()));
      }
      assertTrue(batch.isFinished());
      assertArrayEquals(
          new ReferenceEvaluator(plan, draws).score(7, values).mean().values(),
          batch.predictions().mean().values());
    }
  }

  @Test
  void equalTasksWriteEqualBytesAndOtherInputsMeetOtherMasks() throws IOException {
    Model model =
        RandomNetworks.model(
            new RandomNetworks.Recipe(
                false,
                4,
                List.of(new RandomNetworks.Choice(0, 3, 0)),
                Posterior.Kind.MEAN_FIELD,
                false,
                false,
                5));
    Plan plan = Planner.plan(model, OPTIONS);
    RealColumns values = RandomNetworks.records(model, 3, new Random(1));
    try (JobSecret secret = JobSecret.fixedForTests(1);
        JobSecret another = JobSecret.fixedForTests(2);
        PaillierSecretKey key = key(plan);
        ResiduePool pool = new ResiduePool(key, 1)) {
      Message upload = new DataOwner(JOB, plan, key, pool).open(0, values).upload(0);
      Draws draws = Draws.of(model, plan, secret);
      InputDigest digest = new InputDigest(1, 2, 3, 4);
      byte[] first = answer(plan, draws, secret, key, upload, digest);
      assertArrayEquals(first, answer(plan, draws, secret, key, upload, digest));
      InputDigest changed = new InputDigest(1, 2, 3, 5);
      assertFalse(
          java.util.Arrays.equals(first, answer(plan, draws, secret, key, upload, changed)));
      assertFalse(
          java.util.Arrays.equals(first, answer(plan, draws, another, key, upload, digest)));
    }
  }

  private static byte[] answer(
      Plan plan,
      Draws draws,
      JobSecret secret,
      PaillierSecretKey key,
      Message upload,
      InputDigest digest)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PaillierCodec codec = new PaillierCodec(key.publicKey(), Long.MAX_VALUE);
    try (PaillierRounds rounds = new PaillierRounds(secret, key.publicKey());
        Answers answers =
            new RoundEvaluator(JOB, plan, draws, rounds)
                .evaluate(
                    upload.label(),
                    upload.block(),
                    digest,
                    0,
                    new RowRange(0, plan.rounds().get(0).rows()),
                    1)) {
      while (answers.hasNext()) { // one column each
        Message answer = answers.next();
        codec.writeBlock(answer.block(), answer.label(), out);
      }
    }
    return out.toByteArray();
  }
}
