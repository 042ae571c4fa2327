package io.nightjar.job;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.Cluster;
import io.nightjar.spark.NightjarKryo;
import io.nightjar.spark.NightjarPlugin;
import java.io.IOException;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.serializer.KryoSerializer;

/** Spark as Nightjar wants it: Kryo that knows every class, our plugin, our jar. */
final class SparkContexts {

  private static final String LOCAL = "local[*]";

  private SparkContexts() {}

  /**
   * Starts Spark, and waits for an executor.
   *
   * @param master overrides Spark's own configuration; without either it is local mode
   */
  static JavaSparkContext open(String name, Optional<String> master, Settings settings)
      throws IOException, InterruptedException {
    SparkConf conf = conf(master, settings);
    conf.setIfMissing("spark.app.name", name);
    conf.set("spark.serializer", KryoSerializer.class.getName());
    conf.set("spark.kryo.registrationRequired", "true");
    addTo(conf, "spark.kryo.registrator", NightjarKryo.class.getName());
    addTo(conf, "spark.plugins", NightjarPlugin.class.getName());
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (conf.get("spark.master").startsWith("local[") || conf.get("spark.master").equals("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "localhost");
    } else {
      String[] jar = JavaSparkContext.jarOfClass(SparkContexts.class);
      if (jar.length > 0) {
        conf.setIfMissing("spark.jars", jar[0]);
      }
    }
    Cluster.requireReachable(conf.get("spark.master"));
    DriverObjects.narrow();
    JavaSparkContext spark = started(conf);
    boolean done = false;
    try {
      Cluster.awaitExecutor(spark, settings.get(NightjarSettings.EXECUTORS_TIMEOUT));
      done = true;
      return spark;
    } finally {
      if (!done) {
        spark.close();
      }
    }
  }

  private static SparkConf conf(Optional<String> master, Settings settings) {
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    settings.toSparkConf().forEach(conf::set);
    master.ifPresent(conf::setMaster);
    conf.setIfMissing("spark.master", LOCAL);
    return conf;
  }

  /**
   * Makes sure that there is a cluster to start on, before anything else takes time.
   *
   * @throws IOException if there is none
   */
  static void requireReachable(Optional<String> master, Settings settings) throws IOException {
    Cluster.requireReachable(conf(master, settings).get("spark.master"));
  }

  private static JavaSparkContext started(SparkConf conf) throws IOException {
    try {
      JavaSparkContext spark = new JavaSparkContext(conf);
      spark
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onApplicationEnd(SparkListenerApplicationEnd end) {
                  DriverObjects.widen();
                }
              });
      return spark;
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      DriverObjects.widen();
      throw new IOException("Spark cannot be started: " + e.getMessage(), e);
    }
  }

  /** Returns how many tasks can run at once, also when not all executors are there yet. */
  static int cores(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    long asked =
        (long) conf.getInt("spark.executor.instances", 0) * conf.getInt("spark.executor.cores", 1);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(spark.defaultParallelism(), asked));
  }

  private static void addTo(SparkConf conf, String key, String name) {
    String before = conf.get(key, "");
    if (!java.util.Arrays.asList(before.split(",")).contains(name)) {
      conf.set(key, before.isEmpty() ? name : before + "," + name);
    }
  }
}
