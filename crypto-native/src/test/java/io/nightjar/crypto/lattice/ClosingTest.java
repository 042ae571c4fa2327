package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.testing.Slow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever is closed while threads are inside calls that use it, every call gives the right result
 * or a {@link ClosedException}; and it is freed once.
 */
@Slow
@Timeout(value = 2, unit = TimeUnit.MINUTES) // a call that is never refused would go on for ever
class ClosingTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 90;
  private static final int COLUMNS = 6;
  private static final int RECORDS = 20;
  private static final long PLAIN_MODULUS = TestBlocks.TINY_BFV.plainModulus();
  private static final IntegerColumns INTEGERS =
      TestBlocks.smallIntegers(new Random(1), COLUMNS, RECORDS, 8);
  private static final IntegerLayer LAYER =
      IntegerLayer.dense(5, COLUMNS, TestBlocks.weights(new Random(2), 5 * COLUMNS, 8));

  /** What calls may use; one of these is closed under them. */
  private record Shared(
      HeContext context,
      SecretKey secret,
      PublicKey publicKey,
      RelinearisationKey relinearisationKey,
      LoadedLayer layer,
      CipherBlock block,
      CipherBlock square) {

    static Shared open() {
      HeContext context = HeContext.open(TestBlocks.TINY_BFV);
      SecretKey secret = SecretKey.generate(context);
      CipherBlock block =
          new BlockEncryptor(context, secret).encrypt(INTEGERS, Packing.SLOTS, Form.COEFFICIENT);
      return new Shared(
          context,
          secret,
          secret.publicKey(context),
          secret.relinearisationKey(context),
          new BlockEvaluator(context).load(LAYER),
          block,
          new BlockEvaluator(context).square(block));
    }

    void close() {
      List.of(square, block, layer, relinearisationKey, publicKey, secret, context)
          .forEach(ClosingTest::close);
    }
  }

  /** A call on shared objects, and its check. */
  private interface Call {
    void run(Shared shared);
  }

  private long handlesBefore;
  private long bytesBefore;
  private ExecutorService threads;

  /** Decrypts what calls return: with objects of its own, which nobody closes. */
  private Shared observer;

  @BeforeEach
  void start() {
    handlesBefore = NativeMemory.openHandles();
    bytesBefore = NativeMemory.blockBytes();
    threads = Executors.newFixedThreadPool(THREADS);
    observer = Shared.open();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    threads.shutdownNow();
    observer.close();
    assertEquals(handlesBefore, NativeMemory.openHandles());
    assertEquals(bytesBefore, NativeMemory.blockBytes());
  }

  @Test
  void aBlockMayBeClosedUnderItsCalls() throws Exception {
    closeUnderCalls(
        Shared::block,
        ClosingTest::applies,
        ClosingTest::decrypts,
        ClosingTest::adds,
        ClosingTest::writes);
  }

  @Test
  void aLoadedLayerMayBeClosedUnderItsCalls() throws Exception {
    Call call = ClosingTest::appliesLoaded;
    closeUnderCalls(Shared::layer, call, call, call, call);
  }

  @Test
  void aContextMayBeClosedUnderItsCalls() throws Exception {
    closeUnderCalls(
        Shared::context, ClosingTest::applies, this::encrypts, ClosingTest::writes, this::squares);
  }

  @Test
  void aSecretKeyMayBeClosedUnderItsCalls() throws Exception {
    closeUnderCalls(
        Shared::secret,
        ClosingTest::decrypts,
        this::encrypts,
        ClosingTest::makesKeys,
        ClosingTest::exports);
  }

  @Test
  void aPublicKeyMayBeClosedUnderItsCalls() throws Exception {
    closeUnderCalls(
        Shared::publicKey,
        ClosingTest::encryptsZero,
        ClosingTest::encryptsPublicly,
        ClosingTest::encryptsZero,
        ClosingTest::encryptsPublicly);
  }

  @Test
  void aRelinearisationKeyMayBeClosedUnderItsCalls() throws Exception {
    Call call = ClosingTest::relinearises;
    closeUnderCalls(Shared::relinearisationKey, call, call, call, call);
  }

  @Test
  void aCallMayCloseWhatItIsUsingAndGoesOnWhileNewOnesAreRefused() {
    Shared shared = Shared.open();
    int[] polls = {0};
    Cancellation closing =
        () -> {
          polls[0]++;
          shared.close();
          assertThrows(ClosedException.class, () -> shared.block().use());
          assertThrows(ClosedException.class, () -> shared.context().use());
          assertThrows(ClosedException.class, () -> shared.layer().use());
          return false;
        };
    try (CipherBlock output =
        new BlockEvaluator(shared.context(), Kernel.preferred(), closing)
            .apply(shared.layer(), shared.block())) {
      assertEquals(LAYER.rows(), output.shape().ciphertexts());
      // Once for every panel, as wide as the kernel has them, of each polynomial and prime.
      assertTrue(polls[0] >= 2 * 3 && polls[0] % (2 * 3) == 0, "the call went on to its end");
    }
    assertThrows(ClosedException.class, () -> applies(shared));
  }

  private interface Chosen {
    AutoCloseable from(Shared shared);
  }

  private void closeUnderCalls(Chosen chosen, Call... calls) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Shared shared = Shared.open();
      // In turn: before the first call has ended, after it, and after some more.
      CountDownLatch warm = new CountDownLatch(THREADS * (round % 3));
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Call call = calls[thread % calls.length];
        running.add(threads.submit(() -> repeatUntilClosed(call, shared, warm)));
      }
      warm.await();
      chosen.from(shared).close();
      for (Future<?> future : running) {
        try {
          future.get();
        } catch (ExecutionException e) {
          throw new AssertionError("round " + round, e.getCause());
        }
      }
      shared.close();
    }
  }

  private static void repeatUntilClosed(Call call, Shared shared, CountDownLatch warm) {
    while (true) {
      try {
        call.run(shared);
        warm.countDown();
      } catch (ClosedException e) {
        return;
      }
    }
  }

  // --- the calls -----------------------------------------------------------------------------

  private static void applies(Shared shared) {
    try (CipherBlock output = new BlockEvaluator(shared.context()).apply(LAYER, shared.block())) {
      assertEquals(LAYER.rows(), output.shape().ciphertexts());
      assertDecrypts(shared, layered(), output);
    }
  }

  private static void appliesLoaded(Shared shared) {
    try (CipherBlock output =
        new BlockEvaluator(shared.context()).apply(shared.layer(), shared.block())) {
      assertDecrypts(shared, layered(), output);
    }
  }

  private static void adds(Shared shared) {
    try (CipherBlock sum =
        new BlockEvaluator(shared.context()).add(shared.block(), shared.block())) {
      assertDecrypts(shared, mapped(value -> 2 * value), sum);
    }
  }

  private static void decrypts(Shared shared) {
    assertDecrypts(shared, INTEGERS.values(), shared.block());
  }

  private static void relinearises(Shared shared) {
    try (CipherBlock block =
        new BlockEvaluator(shared.context())
            .relinearise(shared.square(), shared.relinearisationKey())) {
      assertDecrypts(shared, mapped(value -> value * value), block);
    }
  }

  private static void encryptsZero(Shared shared) {
    try (CipherBlock zero =
        new BlockEvaluator(shared.context()).encryptionOfZero(shared.publicKey(), shared.block())) {
      assertDecrypts(shared, mapped(value -> 0), zero);
    }
  }

  private static void encryptsPublicly(Shared shared) {
    try (CipherBlock block =
        new BlockEncryptor(shared.context(), shared.publicKey())
            .encrypt(INTEGERS, Packing.COEFFICIENTS, Form.NTT)) {
      assertDecrypts(shared, INTEGERS.values(), block);
    }
  }

  private static void makesKeys(Shared shared) {
    shared.secret().publicKey(shared.context()).close();
    shared.secret().relinearisationKey(shared.context()).close();
  }

  private static void exports(Shared shared) {
    byte[] raw = shared.secret().toBytes(shared.context(), RawSecretAccess.granted());
    assertEquals(TestBlocks.TINY_BFV.ringDegree() / 4, raw.length);
  }

  private static void writes(Shared shared) {
    byte[] wire = TestBlocks.wire(shared.context(), shared.block());
    try (CipherBlock read = TestBlocks.read(shared.context(), wire)) {
      assertArrayEquals(wire, TestBlocks.wire(shared.context(), read));
    }
  }

  /** Square under the shared context; decrypted by nobody, as that has tests of its own. */
  private void squares(Shared shared) {
    try (CipherBlock square = new BlockEvaluator(shared.context()).square(observer.block())) {
      assertEquals(
          TestBlocks.columns(observer.context(), observer.square()),
          TestBlocks.columns(observer.context(), square));
    }
  }

  private void encrypts(Shared shared) {
    try (CipherBlock block =
        new BlockEncryptor(shared.context(), shared.secret())
            .encrypt(INTEGERS, Packing.SLOTS, Form.NTT)) {
      assertDecrypts(shared, INTEGERS.values(), block);
    }
  }

  private static void assertDecrypts(Shared shared, long[] expected, CipherBlock block) {
    BlockDecryptor.Integers found =
        new BlockDecryptor(shared.context(), shared.secret()).decrypt(block);
    assertArrayEquals(expected, found.columns().values());
  }

  private static long[] layered() {
    long[] expected = new long[LAYER.rows() * RECORDS];
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < COLUMNS; k++) {
        expected[i] += LAYER.weights()[i / RECORDS * COLUMNS + k] * INTEGERS.get(k, i % RECORDS);
      }
    }
    return expected;
  }

  private static long[] mapped(LongUnaryOperator operator) {
    return Arrays.stream(INTEGERS.values())
        .map(operator)
        .map(value -> TestBlocks.centred(value, PLAIN_MODULUS))
        .toArray();
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
