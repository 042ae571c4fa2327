package io.nightjar.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Setting;
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
      Setting<Long> most = NightjarSettings.NATIVE_MAX_BYTES;
      long limit = context.conf().getSizeAsBytes(most.key(), most.defaultText());
      if (limit > 0) {
        System.setProperty(NativeMemory.LIMIT_PROPERTY, Long.toString(limit));
      }
      MetricRegistry metrics = context.metricRegistry();
      metrics.register("nativeBlockBytes", (Gauge<Long>) NativeMemory::blockBytes);
      metrics.register("nativeBlockBytesPeak", (Gauge<Long>) NativeMemory::peakBlockBytes);
      metrics.register("nativeHandles", (Gauge<Long>) NativeMemory::openHandles);
      metrics.register("nativeContexts", (Gauge<Integer>) ExecutorResources::open);
    }

    @Override
    public void shutdown() {
      ExecutorResources.closeAll();
    }
  }
}
