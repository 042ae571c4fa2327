package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.CancelledException;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.NativeFailureException;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.NativeMemory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Long native calls end when they are asked to, on the thread that made them, and leave nothing.
 */
class CancellationTest {

  private static final int COLUMNS = 4;
  private static final IntegerColumns INTEGERS =
      TestBlocks.smallIntegers(new Random(1), COLUMNS, 5, 8);
  private static final RealColumns REALS = TestBlocks.reals(new Random(2), COLUMNS, 5);

  /** Two blocks of rows, so that every residue is visited twice. */
  private static final int ROWS = 300;

  private static final IntegerLayer LAYER =
      IntegerLayer.dense(ROWS, COLUMNS, TestBlocks.weights(new Random(3), ROWS * COLUMNS, 8));

  private static final byte[] SEED = new byte[RecordNoise.SEED_BYTES];
  private static final RecordNoise NOISE = new RecordNoise(new long[] {1, 2, Long.MAX_VALUE});

  /** As many columns as the block has, one of them constant. */
  private static final int[] CHOSEN = {0, 3, IntegerLayer.NO_COLUMN, 1};

  /** A call whose cancellation is asked once for every column. */
  private interface Call {
    AutoCloseable run(Cancellation cancellation);
  }

  private final Map<String, Call> calls = new LinkedHashMap<>();
  private long handlesBefore;
  private long bytesBefore;
  private HeContext bfv;
  private HeContext ckks;
  private SecretKey key;
  private SecretKey realKey;
  private PublicKey publicKey;
  private RelinearisationKey relinearisationKey;
  private CipherBlock block;
  private CipherBlock transformed;
  private CipherBlock square;
  private CipherBlock realBlock;

  @BeforeEach
  void open() {
    handlesBefore = NativeMemory.openHandles();
    bytesBefore = NativeMemory.blockBytes();
    bfv = HeContext.open(TestBlocks.TINY_BFV);
    ckks = HeContext.open(TestBlocks.TINY_CKKS);
    key = SecretKey.generate(bfv);
    realKey = SecretKey.generate(ckks);
    publicKey = key.publicKey(bfv);
    relinearisationKey = key.relinearisationKey(bfv);
    block = new BlockEncryptor(bfv, key).encrypt(INTEGERS, Packing.SLOTS, Form.COEFFICIENT);
    transformed = new BlockEvaluator(bfv).toForm(block, Form.NTT);
    square = new BlockEvaluator(bfv).square(block);
    realBlock = new BlockEncryptor(ckks, realKey).encrypt(REALS, 0x1p45);
    describeCalls();
  }

  private void describeCalls() {
    calls.put("encrypt", c -> encryptor(key, c).encrypt(INTEGERS, Packing.SLOTS, Form.NTT));
    calls.put(
        "encrypt publicly",
        c -> encryptor(publicKey, c).encrypt(INTEGERS, Packing.SLOTS, Form.NTT));
    calls.put("encrypt reals", c -> new BlockEncryptor(ckks, realKey, c).encrypt(REALS, 0x1p45));
    calls.put("decrypt", c -> decrypted(new BlockDecryptor(bfv, key, c).decrypt(block)));
    calls.put(
        "noise margin", c -> decrypted(new BlockDecryptor(bfv, key, c).noiseMarginBits(block)));
    calls.put(
        "decrypt reals",
        c -> decrypted(new BlockDecryptor(ckks, realKey, c).decryptReal(realBlock)));
    calls.put("add", c -> evaluator(bfv, c).add(block, block));
    calls.put("add plain", c -> evaluator(bfv, c).addPlain(block, INTEGERS));
    calls.put("add plain reals", c -> evaluator(ckks, c).addPlain(realBlock, REALS));
    calls.put("zero", c -> evaluator(bfv, c).encryptionOfZero(publicKey, block));
    calls.put("noise", c -> decrypted(new BlockDecryptor(bfv, key, c).noise(block)));
    calls.put("hide", c -> evaluator(bfv, c).hide(transformed, publicKey, SEED, 0, 20, 1));
    calls.put("multiply plain", c -> evaluator(bfv, c).multiplyPlain(transformed, INTEGERS));
    calls.put("perturb", c -> evaluator(bfv, c).perturb(transformed, CHOSEN, NOISE, SEED, 1));
    calls.put("square", c -> evaluator(bfv, c).square(block));
    calls.put("multiply reals", c -> evaluator(ckks, c).multiply(realBlock, realBlock));
    calls.put("relinearise", c -> evaluator(bfv, c).relinearise(square, relinearisationKey));
    calls.put("rescale", c -> evaluator(ckks, c).rescale(realBlock));
    calls.put("drop a prime", c -> evaluator(bfv, c).switchModulus(block));
    calls.put("change form", c -> evaluator(bfv, c).toForm(block, Form.NTT));
  }

  @AfterEach
  void nothingIsLeftBehind() {
    for (AutoCloseable each :
        List.of(
            realBlock,
            square,
            transformed,
            block,
            relinearisationKey,
            publicKey,
            realKey,
            key,
            ckks,
            bfv)) {
      close(each);
    }
    assertEquals(handlesBefore, NativeMemory.openHandles());
    assertEquals(bytesBefore, NativeMemory.blockBytes());
  }

  @Test
  void everyCallAsksOnceForEveryColumnAndEndsWhenTold() {
    calls.forEach(
        (name, call) -> {
          Polls never = new Polls(Integer.MAX_VALUE);
          close(call.run(never));
          assertEquals(COLUMNS, never.count, name);

          for (int last = 1; last <= COLUMNS; last++) {
            Polls polls = new Polls(last);
            assertCancelled(name, () -> call.run(polls));
            assertEquals(last, polls.count, name);
          }
        });
  }

  /** For each panel of at most 24 residues, of 3 primes and 2 polynomials, in 2 blocks of rows. */
  @Test
  void aLayerAsksBetweenPanelsAndEndsWhenTold() {
    for (Kernel kernel : Kernel.available()) {
      Polls never = new Polls(Integer.MAX_VALUE);
      close(new BlockEvaluator(bfv, kernel, never).apply(LAYER, block));
      assertTrue(never.count >= 2 * 2 * 3 * 3, () -> "asked " + never.count + " times");

      for (int last = 1; last <= never.count; last += 5) {
        Polls polls = new Polls(last);
        BlockEvaluator evaluator = new BlockEvaluator(bfv, kernel, polls);
        assertCancelled(kernel.name(), () -> evaluator.apply(LAYER, block));
        assertEquals(last, polls.count);
      }
    }
  }

  @Test
  void whatTheCancellationThrowsComesOutAsItIs() {
    List<Throwable> thrown =
        List.of(
            new IllegalStateException("task killed"),
            new AssertionError("an error"),
            new CancelledException("its own"),
            new Exception("not even declared"));
    calls.put("layer", c -> evaluator(bfv, c).apply(LAYER, block));
    calls.put(
        "layers on squares",
        c -> evaluator(ckks, c).applyToSquares(List.of(), List.of(LAYER), realBlock));
    calls.put("real layers", c -> evaluator(ckks, c).applyAll(List.of(LAYER), realBlock));
    calls.forEach(
        (name, call) -> {
          for (Throwable expected : thrown) {
            int[] polls = {0};
            Cancellation throwing =
                () -> {
                  if (++polls[0] == 2) {
                    throwAs(RuntimeException.class, expected);
                  }
                  return false;
                };
            assertSame(expected, assertThrows(Throwable.class, () -> call.run(throwing)), name);
            assertEquals(2, polls[0], name);
          }
        });
  }

  @Test
  void anInterruptedThreadEndsItsCallAndStaysInterrupted() {
    calls.put("layer", c -> evaluator(bfv, c).apply(LAYER, block));
    calls.put(
        "layers on squares",
        c -> evaluator(ckks, c).applyToSquares(List.of(), List.of(LAYER), realBlock));
    calls.put("real layers", c -> evaluator(ckks, c).applyAll(List.of(LAYER), realBlock));
    calls.forEach(
        (name, call) -> {
          int[] polls = {0};
          Cancellation interrupted =
              () -> {
                if (++polls[0] == 3) {
                  Thread.currentThread().interrupt();
                }
                return Cancellation.ON_INTERRUPT.isCancelled();
              };
          assertCancelled(name, () -> call.run(interrupted));
          assertTrue(Thread.interrupted(), name);
          assertEquals(3, polls[0], name);
        });
  }

  @Test
  void withoutACancellationOfItsOwnEveryCallWatchesTheInterrupt() {
    BlockEvaluator evaluator = new BlockEvaluator(bfv);
    for (Call call :
        List.<Call>of(
            c -> new BlockEncryptor(bfv, key).encrypt(INTEGERS, Packing.SLOTS, Form.NTT),
            c -> decrypted(new BlockDecryptor(bfv, key).decrypt(block)),
            c -> evaluator.apply(LAYER, block),
            c -> evaluator.square(block))) {
      Thread.currentThread().interrupt();
      assertCancelled("interrupted", () -> call.run(() -> false));
      assertTrue(Thread.interrupted());
      close(call.run(() -> false));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void anotherThreadsInterruptEndsALoopOfLayers(int attempt) throws Exception {
    CountDownLatch begun = new CountDownLatch(attempt);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread worker =
        new Thread(
            () -> {
              try {
                BlockEvaluator evaluator = new BlockEvaluator(bfv);
                while (true) {
                  evaluator.apply(LAYER, block).close();
                  begun.countDown();
                }
              } catch (CancelledException e) {
                end.set(e);
                assertTrue(Thread.currentThread().isInterrupted());
              } catch (RuntimeException | Error e) {
                end.set(e);
              }
            });
    worker.start();
    begun.await();
    worker.interrupt();
    worker.join();

    assertEquals(CancelledException.class, end.get().getClass());
  }

  @Test
  void afterACancelledCallEverythingWorksAsBefore() {
    Polls polls = new Polls(7);
    assertCancelled("layer", () -> evaluator(bfv, polls).apply(LAYER, block));

    try (CipherBlock output = new BlockEvaluator(bfv).apply(LAYER, block)) {
      long[] found = new BlockDecryptor(bfv, key).decrypt(output).columns().values();
      long[] expected = new long[ROWS * 5];
      Arrays.setAll(
          expected,
          i -> {
            long sum = 0;
            for (int k = 0; k < COLUMNS; k++) {
              sum += LAYER.weights()[i / 5 * COLUMNS + k] * INTEGERS.get(k, i % 5);
            }
            return sum;
          });
      assertArrayEquals(expected, found);
    }
  }

  @Test
  void waitingForMemoryKeepsAnInterrupt() {
    System.setProperty(NativeMemory.LIMIT_PROPERTY, Long.toString(NativeMemory.blockBytes()));
    try {
      Thread.currentThread().interrupt();
      assertThrows(NativeFailureException.class, () -> new BlockEvaluator(bfv).square(block));
      assertTrue(Thread.interrupted());
      assertFalse(Thread.currentThread().isInterrupted());
    } finally {
      System.clearProperty(NativeMemory.LIMIT_PROPERTY);
    }
  }

  /** Says yes at the last of some polls, and should not be asked again. */
  private static final class Polls implements Cancellation {
    private final int last;
    private int count;

    Polls(int last) {
      this.last = last;
    }

    @Override
    public boolean isCancelled() {
      return ++count >= last;
    }
  }

  private BlockEncryptor encryptor(EncryptionKey with, Cancellation cancellation) {
    return new BlockEncryptor(bfv, with, cancellation);
  }

  private static BlockEvaluator evaluator(HeContext context, Cancellation cancellation) {
    return new BlockEvaluator(context, Kernel.preferred(), cancellation);
  }

  /** What is no block need not be closed. */
  private static AutoCloseable decrypted(Object result) {
    Objects.requireNonNull(result);
    return () -> {};
  }

  private static void assertCancelled(String name, Executable call) {
    long handles = NativeMemory.openHandles();
    long bytes = NativeMemory.blockBytes();
    assertThrows(CancelledException.class, call, name);
    assertEquals(handles, NativeMemory.openHandles(), name);
    assertEquals(bytes, NativeMemory.blockBytes(), name);
  }

  /** Throws anything, declared or not: the JVM does not know the difference. */
  @SuppressWarnings({"unchecked", "unused"})
  private static <E extends Throwable> void throwAs(Class<E> declared, Throwable throwable)
      throws E {
    throw (E) throwable;
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
