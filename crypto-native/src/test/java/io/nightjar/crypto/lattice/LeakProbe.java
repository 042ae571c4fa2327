package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes native objects over and over in a JVM of its own, whose heap has its full size from the
 * beginning: what its resident memory grows by is native. {@link LeakTest} runs it.
 */
final class LeakProbe {

  private static final int THREADS = 4;

  /** The cycles are cut into parts, after each of which what was forgotten has to be found. */
  private static final int PARTS = 10;

  private static final int WARM_UP_PARTS = 3;
  private static final int SETTLING_SECONDS = 20;

  /** A context that is large enough for a leak of some hundreds to stand out. */
  private static final HeParameters LARGER =
      HeParameters.ofAnySecurity(Scheme.BFV, 2048, List.of(44), 1L << 22);

  private static final IntegerColumns INTEGERS = new IntegerColumns(1, 3, new long[] {1, -2, 3});
  private static final IntegerLayer LAYER = IntegerLayer.dense(1, 1, new int[] {3});

  /** Of so many weights that a leak of some thousands of copies stands out. */
  private static final IntegerLayer MANY = IntegerLayer.dense(64, 128, new int[64 * 128]);

  private static final byte[] SEED = new byte[RecordNoise.SEED_BYTES];

  /** Always draws 1. */
  private static final RecordNoise ONES = new RecordNoise(new long[] {0, 0, Long.MAX_VALUE});

  /** What is done in each cycle, with a context and keys that live throughout. */
  enum Work {
    BLOCKS {
      @Override
      void cycle(Fixture f, boolean close) {
        finish(f.encrypt(Cancellation.ON_INTERRUPT), close);
      }
    },
    /** Of some megabytes each and all sizes: the memory of these is kept for a while. */
    LARGE_BLOCKS {
      @Override
      void cycle(Fixture f, boolean close) {
        int rows = ThreadLocalRandom.current().nextInt(64, 200);
        IntegerLayer layer = IntegerLayer.dense(rows, 1, new int[rows]);
        finish(new BlockEvaluator(f.largerContext).apply(layer, f.largerBlock), close);
      }
    },
    OPERATIONS {
      @Override
      void cycle(Fixture f, boolean close) {
        CipherBlock block = f.encrypt(Cancellation.ON_INTERRUPT);
        CipherBlock square = f.evaluator.square(block);
        CipherBlock product = f.evaluator.relinearise(square, f.relinearisationKey);
        CipherBlock zero = f.evaluator.encryptionOfZero(f.publicKey, product);
        CipherBlock sum = f.evaluator.add(product, zero);
        LoadedLayer loaded = f.evaluator.load(LAYER);
        CipherBlock layer = f.evaluator.apply(loaded, sum);
        finish(loaded, close);
        CipherBlock read = TestBlocks.read(f.context, TestBlocks.wire(f.context, layer));
        if (f.decryptor.decrypt(read).columns().get(0, 2) != 27) {
          throw new AssertionError("a wrong value");
        }
        CipherBlock transformed = f.evaluator.toForm(block, Form.NTT);
        CipherBlock drawn = f.evaluator.perturb(transformed, new int[] {0, -1}, ONES, SEED, 5);
        CipherBlock hidden = f.evaluator.hide(drawn, f.publicKey, SEED, 0, 20, 1);
        if (f.decryptor.noise(hidden).length == 0
            || f.decryptor.decrypt(hidden).columns().get(1, 0) != 5) {
          throw new AssertionError("a wrong value");
        }
        for (CipherBlock each :
            List.of(block, square, product, zero, sum, layer, read, transformed, drawn, hidden)) {
          finish(each, close);
        }
      }
    },
    /** Calls that end with an exception, whose native temporaries nobody could close. */
    FAILURES {
      @Override
      void cycle(Fixture f, boolean close) {
        byte[] wire = f.wire.clone();
        wire[wire.length - 1] ^= 1;
        fails(() -> TestBlocks.read(f.context, wire));
        fails(() -> f.encrypt(() -> true));
        fails(
            () ->
                f.encrypt(
                    () -> {
                      throw new IllegalStateException("from the cancellation");
                    }));
        BlockEvaluator cancelled = new BlockEvaluator(f.context, Kernel.preferred(), () -> true);
        fails(() -> cancelled.apply(LAYER, f.block));
        fails(() -> cancelled.square(f.block));
        fails(() -> f.evaluator.load(MANY.withBias(new double[MANY.rows()])));
        fails(() -> f.evaluator.apply(LAYER.withBias(new long[] {Long.MAX_VALUE}), f.block));
        fails(() -> SecretKey.fromBytes(f.context, new byte[1], RawSecretAccess.granted()));
      }

      private void fails(Runnable call) {
        try {
          call.run();
        } catch (CryptoException | IllegalArgumentException | IllegalStateException e) {
          return;
        }
        throw new AssertionError("a call that must fail did not");
      }
    },
    LAYERS {
      @Override
      void cycle(Fixture f, boolean close) {
        finish(f.evaluator.load(MANY), close);
        finish(f.evaluator.load(List.of(LAYER, MANY)), close);
      }
    },
    CONTEXTS {
      @Override
      void cycle(Fixture f, boolean close) {
        finish(HeContext.open(LARGER), close);
      }
    },
    KEYS {
      @Override
      void cycle(Fixture f, boolean close) {
        SecretKey key = SecretKey.generate(f.context);
        finish(key.publicKey(f.context), close);
        finish(key.relinearisationKey(f.context), close);
        finish(key, close);
      }
    };

    abstract void cycle(Fixture f, boolean close);

    static void finish(AutoCloseable object, boolean close) {
      if (close) {
        try {
          object.close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private static final class Fixture {
    final HeContext context = HeContext.open(TestBlocks.TINY_BFV);
    final SecretKey key = SecretKey.generate(context);
    final PublicKey publicKey = key.publicKey(context);
    final RelinearisationKey relinearisationKey = key.relinearisationKey(context);
    final BlockEvaluator evaluator = new BlockEvaluator(context);
    final BlockDecryptor decryptor = new BlockDecryptor(context, key);
    final CipherBlock block = encrypt(Cancellation.ON_INTERRUPT);
    final HeContext largerContext = HeContext.open(LARGER);
    final SecretKey largerKey = SecretKey.generate(largerContext);
    final CipherBlock largerBlock =
        new BlockEncryptor(largerContext, largerKey)
            .encrypt(INTEGERS, Packing.COEFFICIENTS, Form.NTT);
    final byte[] wire = TestBlocks.wire(context, block);

    CipherBlock encrypt(Cancellation cancellation) {
      return new BlockEncryptor(context, key, cancellation)
          .encrypt(INTEGERS, Packing.SLOTS, Form.COEFFICIENT);
    }
  }

  private LeakProbe() {}

  /**
   * Arguments: the work, whether what it makes is closed, and how often. Prints what is left of
   * handles, block bytes and resident memory, in that order.
   */
  public static void main(String[] arguments) throws Exception {
    Work work = Work.valueOf(arguments[0]);
    boolean close = Boolean.parseBoolean(arguments[1]);
    int cycles = Integer.parseInt(arguments[2]);
    Fixture fixture = new Fixture();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    long handles = NativeMemory.openHandles();
    long bytes = NativeMemory.blockBytes();
    for (int i = 0; i < WARM_UP_PARTS; i++) {
      repeat(threads, () -> work.cycle(fixture, close), cycles / PARTS);
      settle(handles);
    }
    long resident = residentBytes();
    for (int i = 0; i < PARTS; i++) {
      repeat(threads, () -> work.cycle(fixture, close), cycles / PARTS);
      settle(handles);
    }
    threads.shutdown();
    System.out.println(NativeMemory.openHandles() - handles);
    System.out.println(NativeMemory.blockBytes() - bytes);
    System.out.println(residentBytes() - resident);
  }

  private static void repeat(ExecutorService threads, Runnable cycle, int cycles)
      throws InterruptedException, ExecutionException {
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < cycles / THREADS; i++) {
                  cycle.run();
                }
              }));
    }
    for (Future<?> future : running) {
      future.get();
    }
  }

  /** Waits until what was forgotten has been found. */
  private static void settle(long handles) throws InterruptedException {
    long end = System.nanoTime() + SETTLING_SECONDS * 1_000_000_000L;
    while (NativeMemory.openHandles() != handles && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(20);
    }
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
