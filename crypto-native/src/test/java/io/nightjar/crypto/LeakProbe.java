package io.nightjar.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes native objects over and over in a JVM of its own, whose heap has its full size from the
 * beginning: what its resident memory grows by is native. {@link LeakTest} runs it.
 */
final class LeakProbe {

  private static final int THREADS = 4;

  /** After the collector was asked to run, its cleaner has this long to finish. */
  private static final int SETTLING_MILLIS = 20_000;

  private static final IntegerColumns INTEGERS = new IntegerColumns(1, 3, new long[] {1, -2, 3});

  /** What is done in each cycle, with a context and keys that live throughout. */
  private enum Work {
    BLOCKS {
      @Override
      void cycle(Fixture f, boolean close) {
        finish(f.encrypt(), close);
      }
    },
    OPERATIONS {
      @Override
      void cycle(Fixture f, boolean close) {
        CipherBlock block = f.encrypt();
        CipherBlock square = f.evaluator.square(block);
        CipherBlock product = f.evaluator.relinearise(square, f.relinearisationKey);
        CipherBlock zero = f.evaluator.encryptionOfZero(f.publicKey, product);
        CipherBlock sum = f.evaluator.add(product, zero);
        CipherBlock layer = f.evaluator.apply(IntegerLayer.dense(1, 1, new int[] {3}), sum);
        CipherBlock read = TestBlocks.read(f.context, TestBlocks.wire(f.context, layer));
        if (f.decryptor.decrypt(read).columns().get(0, 2) != 27) {
          throw new AssertionError("a wrong value");
        }
        for (CipherBlock each : List.of(block, square, product, zero, sum, layer, read)) {
          finish(each, close);
        }
      }
    },
    CONTEXTS {
      @Override
      void cycle(Fixture f, boolean close) {
        finish(HeContext.open(TestBlocks.TINY_BFV), close);
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

    CipherBlock encrypt() {
      return new BlockEncryptor(context, key).encrypt(INTEGERS, Packing.SLOTS, Form.COEFFICIENT);
    }
  }

  private LeakProbe() {}

  public static void main(String[] arguments) throws Exception {
    Work work = Work.valueOf(arguments[0]);
    boolean close = Boolean.parseBoolean(arguments[1]);
    int cycles = Integer.parseInt(arguments[2]);
    Fixture fixture = new Fixture();
    long handles = NativeMemory.openHandles();
    long bytes = NativeMemory.blockBytes();
    repeat(fixture, work, close, cycles / 4);
    settle(handles);
    long before = residentKib();
    repeat(fixture, work, close, cycles);
    settle(handles);
    System.out.println("handles " + (NativeMemory.openHandles() - handles));
    System.out.println("bytes " + (NativeMemory.blockBytes() - bytes));
    System.out.println("residentKib " + (residentKib() - before) + " at " + before);
  }

  private static void repeat(Fixture fixture, Work work, boolean close, int cycles)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < cycles / THREADS; i++) {
                  work.cycle(fixture, close);
                }
              }));
    }
    for (Future<?> future : running) {
      future.get();
    }
    threads.shutdown();
  }

  /** Waits until what was forgotten has been found. */
  private static void settle(long handles) throws InterruptedException {
    long end = System.nanoTime() + SETTLING_MILLIS * 1_000_000L;
    while (NativeMemory.openHandles() != handles && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(20);
    }
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }
}
