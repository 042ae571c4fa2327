package io.nightjar.spark;

import com.codahale.metrics.MetricRegistry;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;

/** The metrics of a process that runs tasks, whoever's tasks they are. */
public final class ExecutorMetrics {

  private ExecutorMetrics() {}

  /** Puts all of them into a registry. */
  public static void register(MetricRegistry registry) {
    ProcessMetrics.watch(ProcessMetric.NATIVE_BLOCK_BYTES, NativeMemory::blockBytes);
    ProcessMetrics.watch(ProcessMetric.NATIVE_BLOCK_BYTES_PEAK, NativeMemory::peakBlockBytes);
    ProcessMetrics.watch(ProcessMetric.NATIVE_HANDLES, NativeMemory::openHandles);
    ProcessMetrics.watch(ProcessMetric.NATIVE_CONTEXTS, ExecutorResources::open);
    ProcessMetrics.register(registry, ProcessMetric.Role.EXECUTOR);
  }
}
