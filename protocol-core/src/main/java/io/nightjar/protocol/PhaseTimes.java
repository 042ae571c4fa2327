package io.nightjar.protocol;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Adds up the processor time that the threads of a process spend in each {@link Phase}.
 *
 * <p>It is the threads' own time and not the clock's, because more threads than processors may be
 * at work, and because waiting is no work.
 */
public final class PhaseTimes {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Map<Phase, LongAdder> nanos = new EnumMap<>(Phase.class);

  /** Creates times that are all zero. */
  public PhaseTimes() {
    for (Phase phase : Phase.values()) {
      nanos.put(phase, new LongAdder());
    }
  }

  /** Returns the processor time that this thread has had, in nanoseconds. */
  public static long now() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Adds this thread's time since {@link #now()} was {@code start}. */
  public void addSince(Phase phase, long start) {
    add(phase, now() - start);
  }

  /** Does something, and adds the time that this thread took for it. */
  public <T> T timed(Phase phase, Supplier<T> work) {
    long start = now();
    try {
      return work.get();
    } finally {
      addSince(phase, start);
    }
  }

  /** Adds some time. */
  public void add(Phase phase, long duration) {
    nanos.get(phase).add(duration);
  }

  /** Returns the nanoseconds of a phase. */
  public long nanos(Phase phase) {
    return nanos.get(phase).sum();
  }
}
