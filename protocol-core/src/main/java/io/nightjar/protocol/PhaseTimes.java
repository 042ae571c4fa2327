package io.nightjar.protocol;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How long the threads of a process were in each {@link Phase}, all together. */
public final class PhaseTimes {

  private final Map<Phase, LongAdder> nanos = new EnumMap<>(Phase.class);

  /** Starts at zero. */
  public PhaseTimes() {
    for (Phase phase : Phase.values()) {
      nanos.put(phase, new LongAdder());
    }
  }

  /** Adds the time since {@link System#nanoTime()} was {@code start}. */
  public void addSince(Phase phase, long start) {
    add(phase, System.nanoTime() - start);
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
