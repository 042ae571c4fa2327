package io.nightjar.spark;

import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** What rounds cost, collected by Spark; its UI shows the sums by these names. */
final class JobMetrics implements Serializable {

  private static final long serialVersionUID = 1;

  private final Map<Phase, LongAccumulator> micros = new EnumMap<>(Phase.class);
  private final MaximumAccumulator peakBytes;
  private final LongAccumulator bytesRead;
  private final LongAccumulator bytesWritten;
  private final LongAccumulator evaluations;

  JobMetrics(SparkContext spark) {
    for (Phase phase : new Phase[] {Phase.DRAW, Phase.LINEAR, Phase.HIDE, Phase.EXCHANGE}) {
      String name = phase.name().toLowerCase(java.util.Locale.ROOT);
      micros.put(phase, spark.longAccumulator("nightjar: %s, µs".formatted(name)));
    }
    peakBytes = new MaximumAccumulator();
    spark.register(peakBytes, "nightjar: native bytes of an executor, at most");
    bytesRead = spark.longAccumulator("nightjar: bytes read from the exchange");
    bytesWritten = spark.longAccumulator("nightjar: bytes written to the exchange");
    evaluations = spark.longAccumulator("nightjar: blocks of results");
  }

  /**
   * Adds what one task measured, in its executor.
   *
   * @param read the bytes of its uploads
   * @param written the bytes of its results
   * @param blocks how many blocks those are
   */
  void addTask(PhaseTimes times, long read, long written, long blocks) {
    add(times);
    peakBytes.add(NativeMemory.peakBlockBytes());
    bytesRead.add(read);
    bytesWritten.add(written);
    evaluations.add(blocks);
    ProcessMetrics.add(ProcessMetric.EXECUTOR_EVALUATIONS, blocks);
    ProcessMetrics.add(ProcessMetric.EXECUTOR_NATIVE_MILLIS, nativeNanos(times) / 1_000_000);
  }

  private static long nativeNanos(PhaseTimes times) {
    return times.nanos(Phase.LINEAR) + times.nanos(Phase.HIDE);
  }

  /** Has the metrics of the driver count this job too, until that is closed. */
  ProcessMetrics.Counting count() {
    return ProcessMetrics.count(
        Map.of(
            ProcessMetric.EXCHANGE_BYTES_READ, bytesRead::sum,
            ProcessMetric.EXCHANGE_BYTES_WRITTEN, bytesWritten::sum,
            ProcessMetric.EVALUATIONS, evaluations::sum,
            ProcessMetric.NATIVE_MILLIS, this::nativeMillis));
  }

  private long nativeMillis() {
    return (micros.get(Phase.LINEAR).sum() + micros.get(Phase.HIDE).sum()) / 1000;
  }

  /** Adds some times. */
  void add(PhaseTimes times) {
    micros.forEach((phase, sum) -> sum.add(times.nanos(phase) / 1000));
  }

  double seconds(Phase phase) {
    return micros.containsKey(phase) ? micros.get(phase).value() / 1e6 : 0;
  }

  long peakBytes() {
    return peakBytes.value();
  }
}
