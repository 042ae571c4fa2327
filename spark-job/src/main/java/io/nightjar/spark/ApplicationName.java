package io.nightjar.spark;

import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/**
 * The name by which a cluster's pages and event logs show a job: its user's own, or else {@code
 * nightjar} and what the job is of.
 */
public final class ApplicationName {

  private static final String KEY = "spark.app.name";
  private static final String MAIN = "io.nightjar.cli.Main";

  private ApplicationName() {}

  /**
   * Names an application, unless its user has.
   *
   * @param what what it is of, such as a model
   */
  public static void setIfMissing(SparkConf conf, String what) {
    if (!isUsers(conf)) {
      conf.setAppName("nightjar " + what);
    }
  }

  /** Without a name, spark-submit makes one of the main class, or of the jar that has it. */
  private static boolean isUsers(SparkConf conf) {
    String name = conf.get(KEY, MAIN);
    return !name.equals(MAIN)
        && Stream.of(conf.get("spark.jars", "").split(",", -1))
            .noneMatch(jar -> jar.substring(jar.lastIndexOf('/') + 1).equals(name));
  }
}
