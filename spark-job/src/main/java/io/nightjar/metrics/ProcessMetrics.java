package io.nightjar.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The metrics of this process, of all jobs since it was started. It is safe to use from many
 * threads.
 */
public final class ProcessMetrics {

  private static final Map<ProcessMetric, LongAdder> TOTALS = totals();
  private static final Map<ProcessMetric, Supplier<Number>> NOW = new ConcurrentHashMap<>();

  /** What counts for itself until it ends; guarded by itself. */
  private static final Set<Counting> OPEN = new HashSet<>();

  private ProcessMetrics() {}

  private static Map<ProcessMetric, LongAdder> totals() {
    Map<ProcessMetric, LongAdder> totals = new EnumMap<>(ProcessMetric.class);
    for (ProcessMetric metric : ProcessMetric.values()) {
      if (metric.kind() == ProcessMetric.Kind.TOTAL) {
        totals.put(metric, new LongAdder());
      }
    }
    return totals;
  }

  /** Adds to a total. */
  public static void add(ProcessMetric total, long more) {
    TOTALS.get(total).add(more);
  }

  /** Says what a metric is now. */
  public static void set(ProcessMetric metric, Number value) {
    watch(metric, () -> value);
  }

  /** Says who knows what a metric is, whenever it is asked for. */
  public static void watch(ProcessMetric metric, Supplier<Number> value) {
    if (metric.kind() != ProcessMetric.Kind.NOW) {
      throw new IllegalArgumentException(metric + " only grows");
    }
    NOW.put(metric, value);
  }

  /** Adds what something counts for itself to totals; what it has come to when it ends, stays. */
  public static Counting count(Map<ProcessMetric, LongSupplier> counters) {
    Counting counting = new Counting(counters);
    synchronized (OPEN) {
      OPEN.add(counting);
    }
    return counting;
  }

  /** Something that counts for itself. */
  public static final class Counting implements AutoCloseable {
    private final Map<ProcessMetric, LongSupplier> counters;

    private Counting(Map<ProcessMetric, LongSupplier> counters) {
      this.counters = new EnumMap<>(counters);
    }

    private long value(ProcessMetric metric) {
      LongSupplier counter = counters.get(metric);
      return counter == null ? 0 : counter.getAsLong();
    }

    /** Takes the last look at what it has counted. */
    @Override
    public void close() {
      synchronized (OPEN) {
        if (OPEN.remove(this)) {
          counters.forEach((metric, counter) -> add(metric, counter.getAsLong()));
        }
      }
    }
  }

  /** Returns a metric; NaN where there is nothing to say yet. */
  public static Number value(ProcessMetric metric) {
    if (metric.kind() == ProcessMetric.Kind.NOW) {
      return NOW.getOrDefault(metric, () -> nothing(metric)).get();
    }
    synchronized (OPEN) {
      long counted = TOTALS.get(metric).sum();
      return counted + OPEN.stream().mapToLong(counting -> counting.value(metric)).sum();
    }
  }

  private static Number nothing(ProcessMetric metric) {
    return switch (metric) {
      case LEAST_MARGIN_BITS, ANSWERS_LEFT -> Double.NaN;
      default -> 0L;
    };
  }

  /** Puts all metrics of a process of this kind into a registry. */
  public static void register(MetricRegistry registry, ProcessMetric.Role role) {
    Arrays.stream(ProcessMetric.values())
        .filter(metric -> metric.role() == role)
        .forEach(metric -> registry.register(metric.key(), gauge(metric)));
  }

  private static Gauge<Number> gauge(ProcessMetric metric) {
    return () -> value(metric);
  }
}
