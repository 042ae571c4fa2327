package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestJobs;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A data owner who was answered once for a batch tries to have the same weights meet another input:
 * it gives the job up, cuts its batches into other waves, and orders it again.
 *
 * <p>The first input is all zeros. In the second, record 0 is zeros again, and each other record
 * has a one. Under the same weights, record 0 has the same outputs, and what the outputs of any
 * other record have moved by is a weight that was drawn, exactly.
 */
@Slow
@ParameterizedClass(name = "{0}")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@MethodSource("io.nightjar.job.ProtocolProfile#all")
class SecondInputTest {

  private static final int FEATURES = 6;

  /** The batch that is asked about: the second of three, of which two are in the first wave. */
  private static final long BATCH = 1;

  /** Real numbers on ciphertexts have errors, far below what a draw makes of outputs. */
  private static final double SAME = 0.02;

  @Parameter private ProtocolProfile profile;

  private TestJobs jobs;
  private Path exchange;
  private Path state;
  private Path before;
  private CheatingOwner owner;
  private List<RealColumns> answered;
  private CompletableFuture<Integer> serving;
  private int size;

  private RealColumns zeros() {
    return new RealColumns(FEATURES, size, new double[FEATURES * size]);
  }

  private RealColumns units() {
    double[] values = new double[FEATURES * size];
    for (int record = 1; record < size; record++) {
      values[(record - 1) % FEATURES * size + record] = 1;
    }
    return new RealColumns(FEATURES, size, values);
  }

  private void order(int batchesPerWave) throws IOException {
    owner.order(2L * size + 1, batchesPerWave);
  }

  @BeforeParameterizedClassInvocation
  void beAnsweredOnce(ProtocolProfile ofWhat, @TempDir Path place) throws Exception {
    jobs = TestJobs.in(place, ofWhat);
    exchange = place.resolve("exchange");
    state = place.resolve("serve-state");
    before = Files.createDirectory(place.resolve("before"));
    size = jobs.plan().batchSize();
    owner = new CheatingOwner(jobs, ofWhat, exchange);
    order(2);
    owner.upload(0, Map.of(0L, zeros(), BATCH, zeros()));
    serving = Parties.serving(jobs.serving(exchange, 1));
    answered = owner.results(0, BATCH, size).orElseThrow();
    owner.giveUp();
    assertEquals(1, serving.get(), "which the model owner took for a refusal");
    FileTree.copy(exchange, before.resolve("exchange"));
    FileTree.copy(state, before.resolve("serve-state"));
  }

  @AfterParameterizedClassInvocation
  void close() {
    owner.close();
  }

  @BeforeEach
  void restore() throws IOException {
    FileTree.replace(exchange, before.resolve("exchange"));
    FileTree.replace(state, before.resolve("serve-state"));
    owner.wipe();
  }

  @AfterEach
  void stop() throws Exception {
    if (owner.refusal().isEmpty()) {
      owner.giveUp();
    }
    assertEquals(1, serving.get(), "jobs refused");
  }

  private void forgetLedger() throws IOException {
    Files.delete(state.resolve("ledger.db"));
  }

  private Optional<List<RealColumns>> askAgain() throws IOException {
    order(1);
    owner.upload(1, Map.of(BATCH, units()));
    serving = Parties.serving(jobs.serving(exchange, 1));
    return owner.results(1, BATCH, size);
  }

  /** Whether the outputs of the record that is zeros again are the same, for any draw. */
  private boolean isSecondEquation(List<RealColumns> again) {
    double allowed = profile.tolerance() == 0 ? 0 : SAME;
    boolean same = false;
    for (int draw = 0; draw < answered.size(); draw++) {
      boolean all = true;
      for (int output = 0; output < answered.get(draw).columns(); output++) {
        double moved = again.get(draw).get(output, 0) - answered.get(draw).get(output, 0);
        all &= Math.abs(moved) <= allowed;
      }
      same |= all;
    }
    return same;
  }

  private void assertRefused(String reason, Optional<List<RealColumns>> again) {
    assertFalse(again.map(this::isSecondEquation).orElse(false), "a second equation");
    assertTrue(again.isEmpty(), "a second answer");
    String refusal = owner.refusal().orElseThrow();
    assertTrue(refusal.contains(reason), refusal);
  }

  @Test
  void batchesThatAreCutIntoOtherWavesAreNotAnswered() throws IOException {
    assertRefused("admitted before with another order", askAgain());
  }

  @Test
  void norIfTheLedgerIsLost() throws IOException {
    forgetLedger();

    assertRefused("not the one that this job began with: order a new job", askAgain());
  }

  @Test
  void norIfTheFirstOrderIsForgottenToo() throws IOException {
    forgetLedger();
    Files.deleteIfExists(state.resolve(owner.job().toString()).resolve("order.json"));

    assertRefused("is not the one that this job was asked to evaluate before", askAgain());
  }

  @Test
  void anotherInputInTheSameWaveIsNotAnswered() throws IOException {
    order(2);
    owner.upload(0, Map.of(0L, zeros(), BATCH, units()));
    serving = Parties.serving(jobs.serving(exchange, 1));

    assertRefused(
        "is not the one that this job was asked to evaluate before", owner.results(0, BATCH, size));
  }

  @Test
  void aJobOfAnOlderVersionIsRefusedInOneLine() throws IOException {
    Path secret = state.resolve(owner.job().toString()).resolve("secret");
    Files.write(secret, new byte[32]);
    order(2);
    serving = Parties.serving(jobs.serving(exchange, 1));

    assertRefused("begun by an older version", owner.results(0, BATCH, size));
  }

  /** What a model owner may lose, or get back from an old copy. */
  enum Lost {
    ALL_BUT_THE_SECRET,
    EVERYTHING
  }

  @ParameterizedTest
  @EnumSource
  void aModelOwnerWhoseMemoryIsLostAnswersUnderOtherWeights(Lost lost) throws IOException {
    Path own = state.resolve(owner.job().toString());
    byte[] secret = Files.readAllBytes(own.resolve("secret"));
    FileTree.delete(lost == Lost.EVERYTHING ? state : own);
    if (lost == Lost.ALL_BUT_THE_SECRET) {
      forgetLedger();
      Files.createDirectory(own);
      Files.write(own.resolve("secret"), secret);
    }

    List<RealColumns> again = askAgain().orElseThrow();

    assertFalse(isSecondEquation(again), "a second equation");
  }
}
