package io.nightjar.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.nightjar.crypto.NativeMemory;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Shows an executor's native memory among Spark's metrics, keeps it under its limit, and closes the
 * native contexts when the executor shuts down.
 */
public final class NightjarPlugin implements SparkPlugin {

  /** The most native memory of an executor's blocks, in bytes; nothing if it is not set. */
  static final String LIMIT_KEY = "spark.nightjar.native.maxBytes";

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {};
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorSide();
  }

  private static final class ExecutorSide implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      long limit = context.conf().getSizeAsBytes(LIMIT_KEY, "0");
      if (limit > 0) {
        System.setProperty(NativeMemory.LIMIT_PROPERTY, Long.toString(limit));
      }
      MetricRegistry metrics = context.metricRegistry();
      metrics.register("nativeBlockBytes", (Gauge<Long>) NativeMemory::blockBytes);
      metrics.register("nativeBlockBytesPeak", (Gauge<Long>) NativeMemory::peakBlockBytes);
      metrics.register("nativeHandles", (Gauge<Long>) NativeMemory::openHandles);
      metrics.register("nativeContexts", (Gauge<Integer>) ExecutorContexts::open);
    }

    @Override
    public void shutdown() {
      ExecutorContexts.closeAll();
    }
  }
}
