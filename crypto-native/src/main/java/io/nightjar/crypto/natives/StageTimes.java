package io.nightjar.crypto.natives;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long the threads of this process were in stages of the exchange that are counted nowhere
 * else, for a benchmark that runs both parties in it.
 */
public final class StageTimes {

  /** The stages. */
  public enum Stage {
    /** Ciphertexts are written as bytes, or read from them and completed from their seed. */
    PACKING,
    /** Bytes are hashed. */
    HASHING,
    /** Manifests are written and read, and directories cleared. */
    COMMITTING
  }

  private static final Map<Stage, LongAdder> NANOS =
      new EnumMap<>(
          Map.of(
              Stage.PACKING, new LongAdder(),
              Stage.HASHING, new LongAdder(),
              Stage.COMMITTING, new LongAdder()));

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private StageTimes() {}

  /** Returns the processor time that this thread has had, in nanoseconds. */
  public static long now() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Adds this thread's time since {@link #now} was {@code start}, and returns what it is now. */
  public static long addSince(Stage stage, long start) {
    long now = now();
    NANOS.get(stage).add(now - start);
    return now;
  }

  /** Returns the seconds of all stages so far. */
  public static Map<Stage, Double> seconds() {
    Map<Stage, Double> seconds = new EnumMap<>(Stage.class);
    NANOS.forEach((stage, nanos) -> seconds.put(stage, nanos.sum() / 1e9));
    return seconds;
  }

  /** Begins anew. */
  public static void reset() {
    NANOS.values().forEach(LongAdder::reset);
  }
}
