package io.nightjar.crypto.natives;

import io.nightjar.crypto.NativeFailureException;
import io.nightjar.text.Amounts;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accounts for the memory of blocks outside the Java heap, and keeps it under a limit.
 *
 * <p>The garbage collector does not see native memory, so blocks that nobody closes could fill the
 * machine before it runs. When a new block would go over the limit, it is asked to run first. Only
 * blocks are counted: contexts and keys are few and live long, and a loaded layer is small beside
 * what it is applied to.
 */
public final class NativeMemory {

  /** The system property with the limit in bytes; by default the larger of the heap and 2 GiB. */
  public static final String LIMIT_PROPERTY = "nightjar.native.maxBytes";

  private static final long LEAST_DEFAULT_LIMIT = 2L << 30;

  /** Waits of 1, 2, 4, ... ms for the collector: about a second in all, as for direct buffers. */
  private static final int MAX_WAITS = 9;

  private static final AtomicLong BYTES = new AtomicLong();
  private static final AtomicLong PEAK = new AtomicLong();
  private static final AtomicLong HANDLES = new AtomicLong();

  private NativeMemory() {}

  /** Returns the bytes of all open blocks. */
  public static long blockBytes() {
    return BYTES.get();
  }

  /** Returns the most that {@link #blockBytes} has been since the last {@link #resetPeak}. */
  public static long peakBlockBytes() {
    return PEAK.get();
  }

  /** Forgets the peak so far, for one measurement after another in one process. */
  public static void resetPeak() {
    PEAK.set(BYTES.get());
  }

  /**
   * Returns the number of open native objects: contexts, keys, loaded layers, blocks and others.
   */
  public static long openHandles() {
    return HANDLES.get();
  }

  /** Returns the limit on {@link #blockBytes}. */
  public static long limit() {
    long limit = Long.getLong(LIMIT_PROPERTY, 0);
    return limit > 0 ? limit : Math.max(Runtime.getRuntime().maxMemory(), LEAST_DEFAULT_LIMIT);
  }

  /**
   * Counts bytes that are about to be allocated: for the packages under io.nightjar.crypto only.
   *
   * @throws NativeFailureException if they would go over the limit even after a collection
   */
  public static void reserve(long bytes) {
    if (tryReserve(bytes)) {
      return;
    }
    boolean interrupted = false;
    try {
      for (int wait = 0; wait <= MAX_WAITS; wait++) {
        System.gc();
        try {
          Thread.sleep(1L << wait);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        if (tryReserve(bytes)) {
          return;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    throw new NativeFailureException(
        "A block of %s does not fit: blocks of %s are open and the limit is %s. Close blocks, or set -D%s"
            .formatted(
                Amounts.bytes(bytes),
                Amounts.bytes(BYTES.get()),
                Amounts.bytes(limit()),
                LIMIT_PROPERTY));
  }

  /**
   * Takes back what {@link #reserve} counted and nobody allocated: for the packages under
   * io.nightjar.crypto only.
   */
  public static void unreserve(long bytes) {
    BYTES.addAndGet(-bytes);
  }

  static void opened() {
    HANDLES.incrementAndGet();
  }

  static void closed(long bytes) {
    unreserve(bytes);
    HANDLES.decrementAndGet();
  }

  private static boolean tryReserve(long bytes) {
    long limit = limit();
    long before = BYTES.getAndUpdate(open -> bytes <= limit - open ? open + bytes : open);
    boolean fits = bytes <= limit - before;
    if (fits) {
      PEAK.accumulateAndGet(before + bytes, Math::max);
    }
    return fits;
  }
}
