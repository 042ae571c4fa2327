package io.nightjar.job;

import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hadoop's configuration as Spark would have it, for what happens before Spark is started. */
public final class HadoopConfigurations {

  /** What Hadoop's settings begin with among Spark's. */
  private static final String PREFIX = "spark.hadoop.";

  private static final Logger LOG = LoggerFactory.getLogger(HadoopConfigurations.class);

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
    requireUsable();
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    return SparkHadoopUtil.get().newConfiguration(conf);
  }

  /**
   * Makes sure that this Hadoop works with this Java.
   *
   * @throws JobRefusedException if it does not
   */
  public static void requireUsable() {
    requireUsable(UserGroupInformation::getCurrentUser);
  }

  /** Asks who the user is, which Hadoop does all the time and older ones cannot on newer Javas. */
  static void requireUsable(Callable<?> user) {
    try {
      var unused = user.call();
    } catch (UnsupportedOperationException e) {
      throw new JobRefusedException(
          "Java %d is too new for the Hadoop %s that comes with this Spark: run it with Java 17 or 21, or with Spark 4.3 or later"
              .formatted(Runtime.version().feature(), VersionInfo.getVersion()),
          e);
    } catch (Exception e) { // whoever needs the user will say so
      LOG.debug("No user", e);
    }
  }
}
