package io.nightjar.spark;

import io.nightjar.crypto.natives.NativeMemory;
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

  JobMetrics(SparkContext spark) {
    for (Phase phase : new Phase[] {Phase.DRAW, Phase.LINEAR, Phase.HIDE, Phase.EXCHANGE}) {
      String name = phase.name().toLowerCase(java.util.Locale.ROOT);
      micros.put(phase, spark.longAccumulator("nightjar: %s, µs".formatted(name)));
    }
    peakBytes = new MaximumAccumulator();
    spark.register(peakBytes, "nightjar: native bytes of an executor, at most");
  }

  /** Adds what one task measured, in its executor. */
  void addTask(PhaseTimes times) {
    add(times);
    peakBytes.add(NativeMemory.peakBlockBytes());
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
