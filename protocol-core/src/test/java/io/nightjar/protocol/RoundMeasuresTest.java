package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.crypto.paillier.ResiduePool;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Activation;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.plan.Quantiser;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values outside the range that a plan takes are counted, wherever they turn up. */
class RoundMeasuresTest {

  private static final UUID JOB = new UUID(1, 2);
  private static final int DRAWS = 2;
  private static final int RECORDS = 4;

  /** Of these 12, on [-1, 1], three lie outside; of their doubles, on [0, 1.5], four do. */
  private static final RealColumns VALUES =
      new RealColumns(3, RECORDS, new double[] {0, 0.5, 1, 255, -1, -1.5, 0.7, 0.9, 0.1, -9, 1, 0});

  /** Doubles its three inputs, applies an activation and adds them up. */
  private static Model model(Activation activation, Range calibrated) {
    float[] doubles = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    List<Layer> layers =
        List.of(new Dense("fc1", 3, 3, false), activation, new Dense("fc2", 3, 1, false));
    return new Model(
        new Architecture(
            "doubles",
            Task.REGRESSION,
            new InputSpec(Shape.flat(3), new Range(-1, 1), List.of()),
            layers,
            List.of(),
            Map.of(activation.name(), calibrated)),
        Posterior.of(
            new WeightSet(
                Map.of("fc1", nearly(doubles), "fc2", nearly(1, 1, 1)), Map.of(), Map.of())));
  }

  private static Gaussian nearly(float... means) {
    float[] deviations = new float[means.length];
    Arrays.fill(deviations, 1e-4f);
    return new Gaussian(means, deviations);
  }

  private static Plan plan(PlanOptions options) {
    return Planner.plan(model(new Relu("relu"), new Range(0, 1.5)), options.withDraws(DRAWS));
  }

  private static Draws draws(Plan plan, JobSecret secret) {
    return Draws.of(model(new Relu("relu"), new Range(0, 1.5)), plan, secret);
  }

  private static void assertCounted(RoundMeasures measures) {
    assertEquals(VALUES.values().length, measures.inputs(0), "which serve all draws");
    assertEquals(3, measures.outside(0));
    assertEquals((long) DRAWS * VALUES.values().length, measures.inputs(1));
    assertEquals(DRAWS * 4, measures.outside(1));
  }

  /** Takes a batch through all rounds. */
  private static RoundMeasures measured(DataOwner owner, ModelOwner model, RealColumns values) {
    DataOwnerBatch batch = owner.open(0, values);
    Deque<Message> uploads = new ArrayDeque<>(List.of(batch.upload(0)));
    while (!uploads.isEmpty()) {
      try (Message upload = uploads.remove()) {
        for (Message answer : model.answer(upload.label(), upload.block())) {
          try (answer) {
            boolean complete = batch.accept(answer.label(), answer.block());
            if (complete && answer.label().round() < owner.plan().rounds().size() - 1) {
              uploads.add(batch.upload(answer.label().draw()));
            }
          }
        }
      }
    }
    return owner.measures();
  }

  @ParameterizedTest
  @EnumSource(ModelPrivacy.class)
  void clampedValuesOfEveryRoundAreCountedOverAllDraws(ModelPrivacy privacy) {
    Plan plan = plan(PlanOptions.DEFAULT.withPrivacy(privacy));
    try (JobSecret secret = JobSecret.fixedForTests(1);
        HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context);
        PublicKey publicKey = key.publicKey(context)) {
      DataOwner owner = new DataOwner(JOB, plan, context, key);
      Optional<Hiding> hiding =
          Optional.of(privacy)
              .filter(wanted -> wanted != ModelPrivacy.NONE)
              .map(wanted -> new Hiding(plan, secret, publicKey));
      ModelOwner model =
          new ModelOwner(
              JOB,
              plan,
              owner.planDigest(),
              draws(plan, secret),
              hiding,
              Optional.empty(),
              context);

      assertCounted(measured(owner, model, VALUES));
    }
  }

  @Test
  void overPaillierTheyAreCountedToo() {
    PlanOptions options =
        PlanOptions.DEFAULT.withProtocol(Protocol.TWO_PARTY_DNN).withModulusBits(1024);
    Plan plan = plan(options.insecureForTests(0));
    try (JobSecret secret = JobSecret.fixedForTests(1);
        PaillierSecretKey key = PaillierSecretKey.generate(plan.paillier());
        ResiduePool pool = new ResiduePool(key, 1 << 14);
        PaillierPublicKey publicKey =
            PaillierPublicKey.read(plan.paillier(), key.publicKey().toBytes());
        PaillierRounds rounds = new PaillierRounds(secret, publicKey)) {
      DataOwner owner = new DataOwner(JOB, plan, key, pool);
      ModelOwner model = new ModelOwner(JOB, plan, owner.planDigest(), draws(plan, secret), rounds);

      assertCounted(measured(owner, model, VALUES));
    }
  }

  @Test
  void sealedInputsOutsideTheModelsRangeAreCountedThoughNobodyClampsThem() {
    Model squares = model(new Square("square"), new Range(0, 9));
    Plan plan =
        Planner.plan(
            squares, PlanOptions.DEFAULT.withDraws(DRAWS).withProtocol(Protocol.CRYPTONETS));
    RealColumns values =
        new RealColumns(3, RECORDS, new double[] {0, 1, -1, 1.01, -1.2, 1, 0, 0, 0.5, 0, 1, -1});
    try (JobSecret secret = JobSecret.fixedForTests(1);
        HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context);
        PublicKey publicKey = key.publicKey(context);
        RelinearisationKey relinearisation = key.relinearisationKey(context)) {
      DataOwner owner = new DataOwner(JOB, plan, context, key);
      ModelOwner model =
          new ModelOwner(
              JOB,
              plan,
              owner.planDigest(),
              Draws.of(squares, plan, secret),
              Optional.of(new Hiding(plan, secret, publicKey)),
              Optional.of(relinearisation),
              context);

      RoundMeasures measures = measured(owner, model, values);

      assertEquals(12, measures.inputs(0));
      assertEquals(2, measures.outside(0));
    }
  }

  @Test
  void batchesOnManyThreadsAreAllCounted() {
    Plan plan = plan(PlanOptions.DEFAULT);
    long batches = 200;
    try (HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context)) {
      DataOwner owner = new DataOwner(JOB, plan, context, key);

      LongStream.range(0, batches)
          .parallel()
          .forEach(batch -> owner.open(batch, VALUES).upload(0).close());

      assertEquals(batches * VALUES.values().length, owner.measures().inputs(0));
      assertEquals(batches * 3, owner.measures().outside(0));
      assertEquals(0, owner.measures().inputs(1), "of a round that was not reached");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -20})
  void manyValuesBecomeTheIntegersThatEachBecomes(int low) {
    Quantiser quantiser = new Quantiser(0.1, low, 50);
    double[] values = new Random(4).doubles(10_000, -9, 9).toArray();
    double[] special = {
      0, -0.0, 5, 5.05, 5.049, -2.05, -2.049, 1e300, -1e300, 1 / 0.0, -1 / 0.0, Double.MIN_VALUE
    };
    System.arraycopy(special, 0, values, 0, special.length);

    Quantised quantised = OwnerMath.quantise(quantiser, new RealColumns(10, 1000, values));

    long[] expected = Arrays.stream(values).mapToLong(quantiser::quantise).toArray();
    assertArrayEquals(expected, quantised.integers().values());
    long beyond =
        Arrays.stream(values).map(x -> Math.rint(x / 0.1)).filter(x -> x < low || x > 50).count();
    assertEquals(beyond, quantised.clamped());
  }

  @Test
  void whatIsNoNumberIsRefused() {
    RealColumns values = new RealColumns(1, 2, new double[] {0, Double.NaN});

    assertThrows(
        IllegalArgumentException.class, () -> OwnerMath.quantise(new Quantiser(1, 0, 9), values));
  }
}
