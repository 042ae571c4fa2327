package io.nightjar.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CancelledException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.NativeFailureException;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.DataOwnerBatch;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocol.TestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that a result which only decryption shows to be wrong changes nothing that anybody else
 * sees: the batch goes through all rounds, with zeros.
 */
class PoisonedBatchTest {

  private static final UUID JOB = new UUID(3, 1);
  private static final long BATCH = 4;
  private static final int RECORDS = 5;
  private static final int DRAWS = 2;

  /** What becomes of a result when it is decrypted. */
  enum Poison {
    TOO_NOISY,
    NO_MARGIN_AT_ALL,
    BEYOND_THE_BOUND,
    FAR_BEYOND_THE_BOUND,
    FAILS;

    /** Returns what the cipher says of a result whose integers are these. */
    double decrypt(long[] values, int first, long bound) {
      return switch (this) {
        case TOO_NOISY -> 0.99;
        case NO_MARGIN_AT_ALL -> Double.NaN;
        case BEYOND_THE_BOUND -> {
          values[first] = -bound - 1;
          yield 9;
        }
        case FAR_BEYOND_THE_BOUND -> {
          values[first] = Long.MAX_VALUE;
          yield 9;
        }
        case FAILS -> throw new NativeFailureException("secret 23");
      };
    }
  }

  /** A cipher that hides nothing and finds poison in one result. */
  private static final class PoisonedCipher implements IntegerCipher {
    private final ClearCipher clear = new ClearCipher(9);
    private Decryption next = (values, first) -> 9;

    /** What decryption makes of a result. */
    interface Decryption {
      double apply(long[] values, int first);
    }

    @Override
    public EncryptedBlock encrypt(IntegerSlots slots, EncryptionName name) {
      return clear.encrypt(slots, name);
    }

    @Override
    public void check(BlockFormat.Header header) {}

    @Override
    public void check(EncryptedBlock block) {}

    @Override
    public double decrypt(EncryptedBlock block, IntegerSlots into, int firstCiphertext) {
      clear.decrypt(block, into, firstCiphertext);
      Decryption now = next;
      next = (later, at) -> 9;
      return now.apply(into.values(), into.index(firstCiphertext, 0));
    }

    @Override
    public BlockFormat format(long mostBlockBytes) {
      return clear.format(mostBlockBytes);
    }
  }

  private final Plan plan =
      new Bayhenn().plan(residualModel(), TestOptions.insecure(64).withDraws(DRAWS));
  private final PoisonedCipher cipher = new PoisonedCipher();
  private PoisonedBatches poisoned = PoisonedBatches.inMemory();

  /** Four rounds, of which the third wants what came of the first. */
  private static Model residualModel() {
    List<Layer> layers =
        List.of(
            new Dense("fc1", 6, 5, true),
            new Relu("relu1"),
            new Dense("fc2", 5, 5, true),
            new ResidualAdd("add", "relu1"),
            new Relu("relu2"),
            new Dense("fc3", 5, 4, true),
            new Relu("relu3"),
            new Dense("fc4", 4, 3, true));
    Random random = new Random(1);
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    Map<String, Range> ranges = new HashMap<>();
    for (Layer layer : layers) {
      if (layer instanceof WeightedLayer weighted) {
        weights.put(layer.name(), gaussian(weighted.weightCount(), random));
        biases.put(layer.name(), gaussian(weighted.biasCount(), random));
      } else {
        ranges.put(layer.name(), new Range(0, 3));
      }
    }
    Architecture architecture =
        new Architecture(
            "residual",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(6), new Range(0, 1), List.of()),
            layers,
            List.of("a", "b", "c"),
            ranges);
    return new Model(architecture, Posterior.of(new WeightSet(weights, biases, Map.of())));
  }

  private static Gaussian gaussian(int size, Random random) {
    float[] means = new float[size];
    float[] stds = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (0.5 * random.nextGaussian());
      stds[i] = 0.1f;
    }
    return new Gaussian(means, stds);
  }

  private DataOwner owner() {
    return new DataOwner(JOB, plan, new RoundsCodec(plan, cipher), poisoned);
  }

  private static RealColumns records() {
    return new RealColumns(6, RECORDS, new Random(2).doubles(6L * RECORDS).toArray());
  }

  /** Sends a result back in which every output is within the bound, and positive. */
  private void accept(DataOwnerBatch batch, int number, int draw) {
    Round round = plan.rounds().get(number);
    IntegerSlots slots =
        IntegerSlots.zeros(plan.layout().returned(round), plan.layout().slots(RECORDS), RECORDS);
    Arrays.fill(slots.values(), round.bound() / 2);
    assertTrue(
        batch.accept(
            new BlockLabel(JOB, batch.number(), number, draw, 0), new ClearCipher.Block(slots)));
  }

  private static long[] uploaded(DataOwnerBatch batch, int draw) {
    try (Message upload = batch.upload(draw)) {
      return ((ClearCipher.Block) upload.block()).slots().values();
    }
  }

  /** Takes a batch to its end, and returns its uploads of each round after the first. */
  private long[][][] finish(DataOwnerBatch batch, int poisonedRound, Runnable poison) {
    int rounds = plan.rounds().size();
    long[][][] uploads = new long[rounds][DRAWS][];
    uploads[0][0] = uploaded(batch, 0);
    for (int round = 0; round < rounds; round++) {
      for (int draw = 0; draw < DRAWS; draw++) {
        if (round == poisonedRound && draw == 1) {
          poison.run();
        }
        accept(batch, round, draw);
      }
      for (int draw = 0; round + 1 < rounds && draw < DRAWS; draw++) {
        uploads[round + 1][draw] = uploaded(batch, draw);
      }
    }
    assertTrue(batch.isFinished());
    return uploads;
  }

  /**
   * One draw was uploaded before the other one's result poisoned the batch, which only zeros were
   * uploaded of from then on.
   */
  @Test
  void bothKindsOfUploadsOfAPoisonedBatchAreMadeAgainAndTakeAsLong() {
    DataOwnerBatch batch = owner().open(BATCH, records());
    uploaded(batch, 0);
    accept(batch, 0, 0);
    long[] real = uploaded(batch, 0);
    cipher.next = (values, first) -> 0;
    accept(batch, 0, 1);
    long[] zeros = uploaded(batch, 1);
    assertFalse(Arrays.equals(real, zeros));
    assertTrue(poisoned.has(BATCH));

    DataOwnerBatch later = owner().open(BATCH, records());
    uploaded(later, 0);
    accept(later, 0, 0);
    accept(later, 0, 1);
    assertArrayEquals(real, uploadedAgain(later, 0, real).orElseThrow());
    assertArrayEquals(zeros, uploadedAgain(later, 1, zeros).orElseThrow());
  }

  @Test
  void anUploadThatWasAnotherStaysWhereItIs() {
    DataOwnerBatch batch = owner().open(BATCH, records());
    assertEquals(Optional.empty(), uploadedAgain(batch, 0, new long[0]));
    uploaded(batch, 0); // it has not been uploaded
    EncryptionName gone = EncryptionName.draw(new BlockLabel(JOB, BATCH, 0, 0, 0));
    assertThrows(IllegalStateException.class, () -> batch.uploadAgain(gone, upload -> true));
    accept(batch, 0, 0);
    for (BlockLabel other :
        List.of(
            new BlockLabel(JOB, BATCH + 1, 1, 0, 0),
            new BlockLabel(JOB, BATCH, 2, 0, 0),
            new BlockLabel(JOB, BATCH, 1, 0, 1),
            new BlockLabel(new UUID(3, 2), BATCH, 1, 0, 0))) {
      EncryptionName name = EncryptionName.draw(other);
      assertThrows(IllegalStateException.class, () -> batch.upload(name));
      assertThrows(IllegalStateException.class, () -> batch.uploadAgain(name, upload -> true));
    }
  }

  /** Makes an upload again that had these integers; two are looked at whichever it was. */
  private static Optional<long[]> uploadedAgain(DataOwnerBatch batch, int draw, long[] integers) {
    List<long[]> seen = new ArrayList<>();
    Optional<Message> made =
        batch.uploadAgain(
            EncryptionName.draw(batch.next(draw)),
            upload -> {
              seen.add(((ClearCipher.Block) upload.block()).slots().values());
              return Arrays.equals(integers, seen.get(seen.size() - 1));
            });
    assertEquals(2, seen.size());
    return made.map(upload -> ((ClearCipher.Block) upload.block()).slots().values());
  }

  private int length(int round) {
    return plan.layout().uploaded(plan.rounds().get(round)) * plan.layout().slots(RECORDS);
  }

  private static boolean isZero(long[] values) {
    return Arrays.stream(values).allMatch(value -> value == 0);
  }

  @ParameterizedTest
  @EnumSource
  void aPoisonedBatchGoesOnWithZerosInTheShapeOfEveryLaterRound(Poison poison) {
    for (int at = 0; at < plan.rounds().size(); at++) {
      poisoned = PoisonedBatches.inMemory();
      DataOwner owner = owner();
      DataOwnerBatch batch = owner.open(BATCH, records());
      DataOwnerBatch other = owner.open(BATCH + 1, records());
      long bound = plan.rounds().get(at).bound();

      long[][][] uploads =
          finish(
              batch,
              at,
              () -> cipher.next = (values, first) -> poison.decrypt(values, first, bound));
      long[][][] honest = finish(other, -1, () -> {});

      assertTrue(batch.isPoisoned());
      assertTrue(batch.predictions().isEmpty());
      for (int round = 0; round < plan.rounds().size(); round++) {
        for (int draw = 0; draw < (round == 0 ? 1 : DRAWS); draw++) {
          assertEquals(length(round), uploads[round][draw].length);
          assertEquals(round > at, isZero(uploads[round][draw]), "round " + round);
          assertFalse(isZero(honest[round][draw]));
        }
      }
      assertFalse(other.isPoisoned());
      assertTrue(other.predictions().isPresent());
      for (Round round : plan.rounds()) { // and nothing is told of what was decrypted
        assertEquals(9, owner.measures().leastMarginBits(round.index()));
        assertEquals(round.bound() / 2, owner.measures().largest(round.index()));
      }
    }
  }

  @Test
  void aBatchThatWasPoisonedBeforeGoesOnWithZeros() {
    poisoned.add(BATCH);

    DataOwnerBatch resumed = owner().open(BATCH, records());
    long[][][] uploads = finish(resumed, -1, () -> {});

    assertTrue(isZero(uploads[0][0]));
    for (int round = 1; round < uploads.length; round++) {
      assertArrayEquals(new long[length(round)], uploads[round][0]);
      assertArrayEquals(new long[length(round)], uploads[round][1]);
    }
    assertTrue(resumed.predictions().isEmpty());
  }

  @Test
  void aBatchIsRememberedAsPoisonedBeforeItsNextUpload() {
    DataOwnerBatch batch = owner().open(BATCH, records());
    uploaded(batch, 0);
    cipher.next = (values, first) -> 0;

    accept(batch, 0, 0);

    assertTrue(poisoned.has(BATCH));
    assertTrue(isZero(uploaded(batch, 0)));
  }

  @Test
  void whatCannotBeRememberedIsNotGoneOnFrom() {
    poisoned =
        new PoisonedBatches() {
          @Override
          public boolean has(long batch) {
            return false;
          }

          @Override
          public void add(long batch) {
            throw new UncheckedIOException(new IOException("the disk is full"));
          }
        };
    DataOwnerBatch batch = owner().open(BATCH, records());
    uploaded(batch, 0);
    cipher.next = (values, first) -> 0;

    assertThrows(UncheckedIOException.class, () -> accept(batch, 0, 0));

    assertThrows(IllegalStateException.class, () -> batch.upload(0));
  }

  @Test
  void whatAnybodyCanSeeIsRefusedAndPoisonsNothing() {
    DataOwnerBatch batch = owner().open(BATCH, records());
    uploaded(batch, 0);

    assertThrows(ProtocolException.class, () -> accept(batch, 1, 0));
    accept(batch, 0, 0);
    assertThrows(ProtocolException.class, () -> accept(batch, 0, 0));

    assertFalse(batch.isPoisoned());
    assertFalse(isZero(uploaded(batch, 0)));
  }

  @Test
  void whoIsToldToStopWhileDecryptingPoisonsNothing() {
    DataOwnerBatch batch = owner().open(BATCH, records());
    uploaded(batch, 0);
    cipher.next =
        (values, first) -> {
          throw new CancelledException("the operation was cancelled");
        };

    assertThrows(CancelledException.class, () -> accept(batch, 0, 0));

    assertFalse(batch.isPoisoned());
  }
}
