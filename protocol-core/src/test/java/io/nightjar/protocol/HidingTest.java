package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.SampleModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What leaves the model owner when results are hidden, at real parameters. */
class HidingTest {

  private static final UUID JOB = new UUID(5, 6);

  private final Model model = SampleModels.mlp();
  private final Plan plan =
      Planner.plan(model, PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN));
  private final HeContext context = HeContext.open(plan.parameters());
  private final SecretKey key = SecretKey.generate(context);
  private final PublicKey publicKey = key.publicKey(context);

  @AfterEach
  void close() {
    publicKey.close();
    key.close();
    context.close();
  }

  /** A model owner as a new process has it: all that survives is the job's secret. */
  private List<Message> answer(Message upload) {
    try (JobSecret secret = JobSecret.fixedForTests(9)) {
      return new ModelOwner(
              JOB,
              plan,
              PlanDigest.of(plan),
              Draws.of(model, plan, secret),
              Optional.of(new Hiding(plan, secret, publicKey)),
              Optional.empty(),
              context)
          .answer(upload.label(), upload.block());
    }
  }

  private Message upload(long seed) {
    double[] pixels = new Random(seed).doubles(784L * 3).toArray();
    return new DataOwner(JOB, plan, context, key)
        .open(0, new RealColumns(784, 3, pixels))
        .upload(0);
  }

  private byte[] bytes(List<Message> answers) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Message answer : answers) {
      new BlockCodec(context).writeBlock(answer.block(), answer.label(), out);
      answer.close();
    }
    return out.toByteArray();
  }

  private double[] noise(List<Message> answers) {
    double[] noise = new BlockDecryptor(context, key).noise((CipherBlock) answers.get(0).block());
    answers.forEach(Message::close);
    return noise;
  }

  private static double rms(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).average().orElseThrow());
  }

  @Test
  void theSameInputIsAnsweredWithTheSameBytesAfterARestart() throws IOException {
    try (Message upload = upload(1)) {
      assertArrayEquals(bytes(answer(upload)), bytes(answer(upload)));
    }
  }

  /** Two results under one mask would have nearly the same noise, but for what the weights make. */
  @Test
  void anotherInputForTheSameBatchMeetsAnotherMaskAfterARestart() {
    double[] first;
    double[] second;
    try (Message upload = upload(1)) {
      first = noise(answer(upload));
    }
    try (Message changed = upload(2)) {
      second = noise(answer(changed));
    }
    double[] difference = new double[first.length];
    for (int i = 0; i < first.length; i++) {
      difference[i] = first[i] - second[i];
    }
    // Uniform on +-2^b is 2^b / sqrt(3) in the mean square; it was divided with the dropped primes.
    double dropped = 1;
    for (int limb = plan.resultLimbs(); limb < plan.parameters().dataLimbs(); limb++) {
      dropped *= plan.parameters().dataPrimes().get(limb);
    }
    double flood = Math.scalb(1.0, plan.floodBits()) / dropped / Math.sqrt(3);
    assertEquals(flood, rms(first), 0.01 * flood);
    assertEquals(flood, rms(second), 0.01 * flood);
    assertEquals(Math.sqrt(2) * flood, rms(difference), 0.01 * flood);
  }

  @Test
  void hidingIsThereIfAndOnlyIfThePlanWantsIt() {
    Plan open = Planner.plan(model, PlanOptions.DEFAULT);
    try (JobSecret secret = JobSecret.fixedForTests(9);
        HeContext small = HeContext.open(open.parameters())) {
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new RoundEvaluator(
                          JOB,
                          plan,
                          Draws.of(model, plan, secret),
                          Optional.empty(),
                          Optional.empty(),
                          context))
              .getMessage()
              .contains("needs something to hide results with"));
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new RoundEvaluator(
                          JOB,
                          open,
                          Draws.of(model, open, secret),
                          Optional.of(new Hiding(open, secret, publicKey)),
                          Optional.empty(),
                          small))
              .getMessage()
              .contains("hides nothing"));
    }
  }
}
