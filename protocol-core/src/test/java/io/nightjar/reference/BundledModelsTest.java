package io.nightjar.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.ResiduePool;
import io.nightjar.crypto.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import io.nightjar.model.Shape;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.plan.Round;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ModelOwner;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.PaillierRounds;
import io.nightjar.protocol.Predictions;
import io.nightjar.testing.Slow;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The models in data/, which JAX trained and the safetensors library wrote, on the bundled digits.
 */
class BundledModelsTest {

  private static final Path DATA = Path.of("../data");
  private static final int PIXELS = 28 * 28;
  private static final int IDX_IMAGES_HEADER = 16;
  private static final int IDX_LABELS_HEADER = 8;

  private final JobSecret secret = JobSecret.fixedForTests(1);

  @AfterEach
  void close() {
    secret.close();
  }

  /** Of the digits models on digits: other images, or fewer, reach less. */
  @ParameterizedTest
  @ValueSource(strings = {"digits-mlp", "digits-cnn"})
  void theProvedBoundNeedsAtMostThreeBitsMoreThanWhatIsSeen(String name) throws IOException {
    Model model = read(name);
    Plan plan = Planner.plan(model, PlanOptions.DEFAULT.withDraws(2));
    Draws draws = Draws.of(model, plan, secret);
    RealColumns images = images(1000);
    long seen = 0;
    for (int draw = 0; draw < plan.draws(); draw++) {
      OwnerState state = OwnerState.of(plan, images);
      for (Round round : plan.rounds()) {
        IntegerColumns result =
            draws.integers(0, round.index(), draw).evaluate(state.integers(round));
        long largest = Arrays.stream(result.values()).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= round.bound(), round.title());
        seen = Math.max(seen, largest);
        state = state.after(round, result);
      }
    }
    long proved = plan.rounds().stream().mapToLong(Round::bound).max().orElseThrow();
    double bits = Math.log((double) proved / seen) / Math.log(2);
    assertTrue(bits <= 3, () -> bits + " bits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "digits-mlp",
        "digits-cnn",
        "digits-cryptonets",
        "mnist-mlp",
        "mnist-cnn",
        "readmission-quadratic"
      })
  void encryptedPredictionsAreTheReferencesAndTheMarginIsNearThePredictedOne(String name)
      throws IOException {
    Model model = read(name);
    Plan plan = Planner.plan(model, PlanOptions.DEFAULT.withDraws(2));
    Draws draws = Draws.of(model, plan, secret);
    RealColumns records = records(model, 100);
    UUID job = new UUID(5, 6);
    try (HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context)) {
      DataOwner owner = new DataOwner(job, plan, context, key);
      ModelOwner modelOwner =
          new ModelOwner(
              job, plan, owner.planDigest(), draws, Optional.empty(), Optional.empty(), context);
      DataOwnerBatch batch = owner.open(3, records);
      finish(plan, batch, modelOwner);
      Predictions reference = new ReferenceEvaluator(plan, draws).score(3, records);

      assertArrayEquals(reference.mean().values(), batch.predictions().mean().values());
      for (Round round : plan.rounds()) {
        double slack = owner.measures().leastMarginBits(round.index()) - round.noiseMarginBits();
        assertTrue(
            slack >= 0 && slack <= 6,
            () -> round.title() + ": the predicted margin is off by " + slack);
        assertTrue(owner.measures().largest(round.index()) > 0, round.title());
      }
    }
  }

  /** Takes a batch through all rounds. */
  private static void finish(Plan plan, DataOwnerBatch batch, ModelOwner modelOwner) {
    Deque<Message> uploads = new ArrayDeque<>();
    uploads.add(batch.upload(0));
    while (!uploads.isEmpty()) {
      try (Message upload = uploads.remove()) {
        for (Message answer : modelOwner.answer(upload.label(), upload.block())) {
          try (answer) {
            BlockLabel label = answer.label();
            if (batch.accept(label, answer.block()) && label.round() < plan.rounds().size() - 1) {
              uploads.add(batch.upload(label.draw()));
            }
          }
        }
      }
    }
  }

  @Slow
  @Test
  void predictionsOfLeNetOverPaillierAreTheReferencesToo() throws IOException {
    Model model = read("mnist-cnn");
    Plan plan =
        Planner.plan(
            model, PlanOptions.DEFAULT.withProtocol(Protocol.TWO_PARTY_DNN).withModulusBits(2048));
    Draws draws = Draws.of(model, plan, secret);
    RealColumns records = records(model, 200);
    UUID job = new UUID(5, 6);
    try (PaillierSecretKey key = PaillierSecretKey.generate(plan.paillier());
        ResiduePool pool = new ResiduePool(key, 1 << 20);
        PaillierRounds rounds = new PaillierRounds(secret, key.publicKey())) {
      DataOwner owner = new DataOwner(job, plan, key, pool);
      DataOwnerBatch batch = owner.open(3, records);
      finish(plan, batch, new ModelOwner(job, plan, owner.planDigest(), draws, rounds));

      Predictions reference = new ReferenceEvaluator(plan, draws).score(3, records);
      assertArrayEquals(reference.mean().values(), batch.predictions().mean().values());
      assertTrue(owner.measures().leastMarginBits() >= plan.noiseMarginBits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"digits-mlp", "digits-cnn", "digits-cryptonets"})
  void theDigitsAreTold(String name) throws IOException {
    Model model = read(name);
    Plan plan = Planner.plan(model, PlanOptions.DEFAULT.withDraws(2));
    int records = 500;

    Predictions predictions =
        new ReferenceEvaluator(plan, Draws.of(model, plan, secret)).score(0, images(records));

    byte[] labels = gunzip("test-labels-idx1-ubyte.gz", IDX_LABELS_HEADER + records);
    int right = 0;
    for (int j = 0; j < records; j++) {
      right += predictions.predictedClass(j) == labels[IDX_LABELS_HEADER + j] ? 1 : 0;
    }
    assertTrue(right >= 0.98 * records, right + " of " + records);
  }

  private static Model read(String name) throws IOException {
    Path directory = DATA.resolve("models").resolve(name);
    try (InputStream json = Files.newInputStream(directory.resolve(ModelReader.MODEL_JSON));
        InputStream posterior =
            new BufferedInputStream(
                Files.newInputStream(directory.resolve(ModelReader.POSTERIOR)))) {
      return ModelReader.read(json, posterior, ReadLimits.defaults());
    }
  }

  /** Images, or rows of any features for a table. */
  private static RealColumns records(Model model, int records) throws IOException {
    Shape input = model.architecture().input().shape();
    return input.isFlat()
        ? new RealColumns(
            input.size(), records, new Random(1).doubles((long) input.size() * records).toArray())
        : images(records);
  }

  private static RealColumns images(int records) throws IOException {
    byte[] bytes = gunzip("test-images-idx3-ubyte.gz", IDX_IMAGES_HEADER + records * PIXELS);
    double[] values = new double[PIXELS * records];
    for (int j = 0; j < records; j++) {
      for (int k = 0; k < PIXELS; k++) {
        values[k * records + j] = (bytes[IDX_IMAGES_HEADER + j * PIXELS + k] & 0xff) / 255.0;
      }
    }
    return new RealColumns(PIXELS, records, values);
  }

  private static byte[] gunzip(String file, int length) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(DATA.resolve("digits").resolve(file)))) {
      return in.readNBytes(length);
    }
  }
}
