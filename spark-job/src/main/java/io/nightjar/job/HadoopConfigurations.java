package io.nightjar.job;

import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Hadoop's configuration as Spark would have it, for what happens before Spark is started. */
public final class HadoopConfigurations {

  /** What Hadoop's settings begin with among Spark's. */
  private static final String PREFIX = "spark.hadoop.";

  private HadoopConfigurations() {}

  /** Returns how a data owner's job reaches file systems: as the session of its records does. */
  static Configuration of(OwnerRequest request) {
    if (request.input() instanceof RecordSource.Rows rows) {
      Configuration configuration = rows.hadoop();
      request
          .settings()
          .sparkSettings()
          .forEach(
              (key, value) -> {
                if (key.startsWith(PREFIX)) {
                  configuration.set(key.substring(PREFIX.length()), value);
                }
              });
      return configuration;
    }
    return of(request.settings());
  }

  /** Returns Hadoop's own configuration, and over it what settings and Spark's have for Hadoop. */
  public static Configuration of(Settings settings) {
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    return SparkHadoopUtil.get().newConfiguration(conf);
  }
}
