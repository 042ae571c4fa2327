package io.nightjar.job;

import io.nightjar.settings.Settings;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Hadoop's configuration as Spark would have it, for what happens before Spark is started. */
public final class HadoopConfigurations {

  private HadoopConfigurations() {}

  /** Returns Hadoop's own configuration, and over it what settings and Spark's have for Hadoop. */
  public static Configuration of(Settings settings) {
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    return SparkHadoopUtil.get().newConfiguration(conf);
  }
}
