package io.nightjar.spark;

import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Setting;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Shows this process's metrics among Spark's, keeps an executor's native memory under its limit,
 * and closes the native contexts when the executor shuts down.
 */
public final class NightjarPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public void registerMetrics(String application, PluginContext context) {
        ProcessMetrics.register(context.metricRegistry(), ProcessMetric.Role.DRIVER);
      }
    };
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
      ExecutorMetrics.register(context.metricRegistry());
    }

    @Override
    public void shutdown() {
      ExecutorResources.closeAll();
    }
  }
}
