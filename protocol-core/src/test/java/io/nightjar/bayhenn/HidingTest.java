package io.nightjar.bayhenn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.model.Model;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.TestParties;
import io.nightjar.testing.Slow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what leaves the model owner when results are hidden, at real parameters. */
@Slow
class HidingTest {

  private final Model model = SampleModels.mlp();
  private final Plan plan =
      new Bayhenn().plan(model, PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN));
  private final LatticeEncryption encryption = ((BayhennSheet) plan.sheet()).lattice();
  private final JobSecret secret = JobSecret.fixedForTests(9);
  private final TestParties parties = new TestParties(model, plan, secret);

  @AfterEach
  void close() {
    parties.close();
    secret.close();
  }

  /** Evaluates as a new process does: all that survives is the job's secret. */
  private List<Message> evaluate(Message upload) {
    try (RoundArithmetic arithmetic = parties.arithmetic(parties.ownerKey())) {
      return parties.modelOwner(arithmetic).evaluate(upload.label(), upload.block());
    }
  }

  private Message upload(long seed) {
    double[] pixels = new Random(seed).doubles(784L * 3).toArray();
    return parties.dataOwner().open(0, new RealColumns(784, 3, pixels)).upload(0);
  }

  private HeContext context() {
    return ((LatticeSecret) parties.ownerSecret()).context();
  }

  private byte[] bytes(List<Message> results) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Message result : results) {
      new BlockCodec(context()).writeBlock(result.block(), result.label(), out);
      result.close();
    }
    return out.toByteArray();
  }

  private static double[] noise(TestParties of, List<Message> results) {
    LatticeSecret key = (LatticeSecret) of.ownerSecret();
    double[] noise =
        new BlockDecryptor(key.context(), key.key()).noise((CipherBlock) results.get(0).block());
    results.forEach(Message::close);
    return noise;
  }

  private static double rms(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).average().orElseThrow());
  }

  /** The flood is uniform on +-2^b, which is 2^b / sqrt(3) in the mean square, and divided. */
  private double flood() {
    HeParameters parameters = encryption.parameters();
    double dropped = 1;
    for (int limb = encryption.resultLimbs(); limb < parameters.dataLimbs(); limb++) {
      dropped *= parameters.dataPrimes().get(limb);
    }
    return Math.scalb(1.0, encryption.floodBits()) / dropped / Math.sqrt(3);
  }

  @Test
  void theSameInputIsAnsweredWithTheSameBytesAfterARestart() throws IOException {
    try (Message upload = upload(1)) {
      assertArrayEquals(bytes(evaluate(upload)), bytes(evaluate(upload)));
    }
  }

  /** Two results under one mask would have nearly the same noise, but for what the weights make. */
  @Test
  void anotherInputForTheSameBatchMeetsAnotherMaskAfterARestart() {
    double[] first;
    double[] second;
    try (Message upload = upload(1)) {
      first = noise(parties, evaluate(upload));
    }
    try (Message changed = upload(2)) {
      second = noise(parties, evaluate(changed));
    }
    double[] difference = new double[first.length];
    for (int i = 0; i < first.length; i++) {
      difference[i] = first[i] - second[i];
    }
    assertEquals(flood(), rms(first), 0.01 * flood());
    assertEquals(flood(), rms(second), 0.01 * flood());
    assertEquals(Math.sqrt(2) * flood(), rms(difference), 0.01 * flood());
  }

  @Test
  void resultsAreHiddenIfAndOnlyIfThePlanWantsIt() {
    Plan open = new Bayhenn().plan(model, PlanOptions.DEFAULT);
    LatticeEncryption openEncryption = ((BayhennSheet) open.sheet()).lattice();
    OwnerKey none = new OwnerKey(new byte[0]);

    assertTrue(encryption.floodBits() > 0);
    assertEquals(0, openEncryption.floodBits());
    assertThrows(InvalidKeyException.class, () -> parties.arithmetic(none), "it hides under keys");
    try (Message upload = upload(1)) {
      List<Message> results = evaluate(upload);
      assertEquals(form(results), Form.COEFFICIENT, "which are divided by primes last");
      results.forEach(Message::close);
    }
    try (TestParties others = new TestParties(model, open, secret);
        RoundArithmetic arithmetic = others.arithmetic(none);
        Message upload =
            others.dataOwner().open(0, new RealColumns(784, 1, new double[784])).upload(0)) {
      List<Message> results =
          others.modelOwner(arithmetic).evaluate(upload.label(), upload.block());
      assertEquals(form(results), Form.NTT);
      // Fresh noise is at most 21 and rounded by 1/2; weights are below 2^7.
      double most = 784 * 22 * 0x1p7;
      assertTrue(Arrays.stream(noise(others, results)).map(Math::abs).max().orElseThrow() < most);
    }
  }

  private static Form form(List<Message> results) {
    return ((CipherBlock) results.get(0).block()).shape().form();
  }
}
