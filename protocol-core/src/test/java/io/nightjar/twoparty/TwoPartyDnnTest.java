package io.nightjar.twoparty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.paillier.PaillierEncryptor;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.PaillierSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.PlanText;
import io.nightjar.plan.Round;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.RandomNetworks;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import io.nightjar.protocols.Protocols;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests the rounds of bayhenn over Paillier. */
class TwoPartyDnnTest {

  private static final TwoPartyDnn PROTOCOL = new TwoPartyDnn();
  private static final PlanOptions INSECURE = TestOptions.insecure(0);

  private static Plan plan(Model model, PlanOptions options) {
    return PROTOCOL.plan(model, options);
  }

  private static PaillierParameters parameters(Plan plan) {
    return ((TwoPartySheet) plan.sheet()).encryption();
  }

  private static Model randomModel(int side, long seed, RandomNetworks.Choice... choices) {
    return RandomNetworks.model(
        new RandomNetworks.Recipe(
            false, side, List.of(choices), Posterior.Kind.MEAN_FIELD, false, false, seed));
  }

  @Test
  void fieldsAreAsWideAsTheBoundsAndTwoGuardBits() {
    for (Model model : List.of(SampleModels.mlp(), SampleModels.lenet())) {
      Plan plan = plan(model, PlanOptions.DEFAULT);
      long largest = plan.rounds().stream().mapToLong(Round::bound).max().orElseThrow();
      PaillierParameters parameters = parameters(plan);
      assertEquals(3072, parameters.modulusBits());
      assertTrue(largest < 1L << (parameters.fieldBits() - 3));
      assertTrue(largest >= 1L << (parameters.fieldBits() - 4));
      assertEquals(8 * (3069 / parameters.fieldBits()), plan.batchSize());
      assertTrue(plan.noiseMarginBits() >= 2 && plan.noiseMarginBits() < 3);
      double column = 8 * 768.0 / plan.batchSize();
      assertEquals(784 * column, plan.bytesUpPerRecord(plan.rounds().get(0)), 1e-9);
      // The integers are bayhenn's, so that their reference is, too.
      Plan lattice = new Bayhenn().plan(model, PlanOptions.DEFAULT);
      for (int i = 0; i < plan.rounds().size(); i++) {
        assertEquals(lattice.rounds().get(i).bound(), plan.rounds().get(i).bound());
        assertEquals(lattice.rounds().get(i).outputScales(), plan.rounds().get(i).outputScales());
      }
    }
  }

  @Test
  void aPlanIsReadAsItWasWrittenAndNotWithOtherFields() {
    Plan plan = plan(SampleModels.mlp(), PlanOptions.DEFAULT.withDraws(2));
    String json = PlanJson.write(plan);
    assertEquals(plan, Protocols.readPlan(json));
    int field = parameters(plan).fieldBits();
    assertRefused("its fields have", json.replace("\"fieldBits\":" + field, "\"fieldBits\":9"));
    assertRefused("can be factored", json.replace("\"modulusBits\":3072", "\"modulusBits\":1024"));
    assertRefused(
        "must have a multiple of 64", json.replace("\"modulusBits\":3072", "\"modulusBits\":1"));
    assertRefused("as this program writes it", json.replace("\"guardBits\":2", "\"guardBits\":3"));
    assertRefused(
        "plan.parameters.scheme must be one of", json.replace("\"2p-dnn\"", "\"bayhenn\""));
    assertRefused(
        "plan.parameters.scheme is 'BFV'; it must be 'paillier'",
        json.replace("\"paillier\"", "\"BFV\""));
    assertRefused("unknown fields", json.replace("\"draws\":2", "\"floodBits\":40,\"draws\":2"));
    assertRefused(
        "with 2p-dnn it has model privacy 'bayesian'",
        json.replace("\"modelPrivacy\":\"none\"", "\"modelPrivacy\":\"bayesian\""));
  }

  private static void assertRefused(String why, String json) {
    InvalidPlanException e =
        assertThrows(InvalidPlanException.class, () -> Protocols.readPlan(json));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void shortModuliAreRefusedOrWarnedOf() {
    PlanOptions shortModulus = PlanOptions.DEFAULT.with(TwoPartyDnn.MODULUS_BITS, 1024);
    PlanRefusedException e =
        assertThrows(PlanRefusedException.class, () -> plan(SampleModels.mlp(), shortModulus));
    assertEquals(
        "A modulus of 1024 bits can be factored: use 3072, or 2048 at the least", e.getMessage());
    Plan least = plan(SampleModels.mlp(), PlanOptions.DEFAULT.with(TwoPartyDnn.MODULUS_BITS, 2048));
    String warned = PlanText.of(least, AnswerBudget.UNLIMITED);
    assertTrue(warned.contains("ONLY 112-BIT SECURITY"), warned);
    assertEquals(
        List.of("A modulus of 2048 bits has 112-bit security; 3072 have 128"),
        PROTOCOL.warnings(least));
    Plan standard = plan(SampleModels.mlp(), PlanOptions.DEFAULT);
    String usual = PlanText.of(standard, AnswerBudget.UNLIMITED);
    assertTrue(
        usual.contains("128-bit classical security, none before quantum computers")
            && !usual.contains("ONLY"),
        usual);
    assertEquals(List.of(), PROTOCOL.warnings(standard));
  }

  @Test
  void thePrivacyOfAnotherProtocolIsRefused() {
    PlanOptions options = PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN);
    PlanRefusedException refused =
        assertThrows(PlanRefusedException.class, () -> plan(SampleModels.mlp(), options));
    assertEquals(
        "Model privacy 'bayesian' is for bayhenn: with 2p-dnn the data owner computes the drawn weights from the results; use 'none'",
        refused.getMessage());
  }

  @Test
  void whatDoesNotBelongIsRefusedAndNothingIsLost() {
    Model model =
        randomModel(6, 3, new RandomNetworks.Choice(0, 5, 0), new RandomNetworks.Choice(11, 1, 0));
    Plan plan = plan(model, INSECURE);
    Round first = plan.rounds().get(0);
    RealColumns values = RandomNetworks.records(model, 9, new Random(1));
    try (JobSecret secret = JobSecret.fixedForTests(1);
        TestParties parties = new TestParties(model, plan, secret);
        TestParties others = new TestParties(model, plan, secret)) {
      PaillierSecret key = (PaillierSecret) parties.ownerSecret();
      DataOwnerBatch batch = parties.dataOwner().open(7, values);
      Message upload = batch.upload(0);
      BlockLabel label = upload.label();

      // A value beyond the bound, though it fits a field.
      long[] wrong = new long[first.outputFeatures() * 9];
      wrong[4] = -first.bound() - 1;
      IntegerColumns outputs = new IntegerColumns(wrong.length / 9, 9, wrong);
      EncryptedBlock beyond = new PaillierEncryptor(key.key()).encrypt(outputs);
      DataOwnerBatch poisoned = parties.dataOwner().open(8, values);
      BlockLabel there = new BlockLabel(TestParties.JOB, 8, 0, 0, 0);
      assertTrue(poisoned.accept(there, beyond));
      assertTrue(poisoned.isPoisoned() && !batch.isPoisoned());

      // Blocks of another key, of another round, and of a number of ciphertexts that none has.
      Message theirs = others.dataOwner().open(7, values).upload(0);
      assertThrows(
          CryptoException.class, () -> parties.modelOwner().evaluate(label, theirs.block()));
      BlockLabel next = new BlockLabel(TestParties.JOB, 7, 1, 0, 0);
      assertThrows(
          ProtocolException.class, () -> parties.modelOwner().evaluate(next, upload.block()));
      List<Message> results = parties.evaluate(upload);
      assertThrows(
          ProtocolException.class, () -> parties.modelOwner().evaluate(label, upload.block()));
      assertThrows(ProtocolException.class, () -> batch.accept(label, upload.block()));
      Message result = others.modelOwner().evaluate(theirs.label(), theirs.block()).get(0);
      assertThrows(ProtocolException.class, () -> batch.accept(result.label(), result.block()));

      parties.finish(batch, results);
      assertArrayEquals(
          parties.reference(7, values).mean().values(),
          batch.predictions().orElseThrow().mean().values());
    }
  }
}
