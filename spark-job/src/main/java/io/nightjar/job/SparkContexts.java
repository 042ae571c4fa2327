package io.nightjar.job;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ApplicationName;
import io.nightjar.spark.Cluster;
import io.nightjar.spark.NightjarKryo;
import io.nightjar.spark.NightjarPlugin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Spark as Nightjar wants it: Kryo that knows every class, our plugin, our jar. */
final class SparkContexts {

  private static final String LOCAL = "local[*]";
  private static final String SERIALIZER = "spark.serializer";
  private static final String REGISTRATION = "spark.kryo.registrationRequired";
  private static final String REGISTRATOR = "spark.kryo.registrator";
  private static final String PLUGINS = "spark.plugins";

  private SparkContexts() {}

  /**
   * Starts Spark, and waits for an executor; or takes that of a session that a program has in this
   * process already, which goes on when what is returned is closed.
   *
   * @param name what the application is of, such as a model
   * @param master overrides Spark's own configuration; without either it is local mode
   * @throws JobRefusedException if one is running that is not set up as jobs need it
   */
  static JavaSparkContext open(String name, Optional<String> master, Settings settings)
      throws IOException, InterruptedException {
    Optional<SparkContext> running = running();
    return running.isPresent() ? lent(running.get(), master) : start(name, master, settings);
  }

  private static Optional<SparkContext> running() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined()
        ? Optional.of(session.get().sparkContext()).filter(spark -> !spark.isStopped())
        : Optional.empty();
  }

  private static JavaSparkContext lent(SparkContext spark, Optional<String> master) {
    List<String> missing = missing(spark.getConf());
    if (!missing.isEmpty()) {
      throw new JobRefusedException(
          "A Spark (%s) is running in this process that is not set up for jobs: start it with %s"
              .formatted(spark.appName(), String.join(", ", missing)));
    }
    if (master.isPresent() && !master.get().equals(spark.master())) {
      throw new JobRefusedException(
          "A Spark (%s) is running in this process, on %s and not on %s: leave the master out"
              .formatted(spark.appName(), spark.master(), master.get()));
    }
    DriverObjects.narrow();
    return new JavaSparkContext(spark) {
      @Override
      public void close() {
        DriverObjects.widen();
      }
    };
  }

  /** Returns the settings that a Spark would have to be started with, and is not. */
  private static List<String> missing(SparkConf conf) {
    List<String> missing = new ArrayList<>();
    Map.of(SERIALIZER, KryoSerializer.class.getName(), REGISTRATION, "true")
        .forEach(
            (key, value) -> {
              if (!conf.get(key, "").equals(value)) {
                missing.add(key + "=" + value);
              }
            });
    Map.of(REGISTRATOR, NightjarKryo.class, PLUGINS, NightjarPlugin.class)
        .forEach(
            (key, type) -> {
              if (!has(conf, key, type)) {
                missing.add(key + "=" + type.getName());
              }
            });
    missing.sort(null);
    return missing;
  }

  private static JavaSparkContext start(String name, Optional<String> master, Settings settings)
      throws IOException, InterruptedException {
    SparkConf conf = conf(master, settings);
    ApplicationName.setIfMissing(conf, name);
    conf.set(SERIALIZER, KryoSerializer.class.getName());
    conf.set(REGISTRATION, "true");
    addTo(conf, REGISTRATOR, NightjarKryo.class);
    addTo(conf, PLUGINS, NightjarPlugin.class);
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
    if (running().isEmpty()) {
      Cluster.requireReachable(conf(master, settings).get("spark.master"));
    }
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

  private static boolean has(SparkConf conf, String key, Class<?> type) {
    return Arrays.asList(conf.get(key, "").split(",", -1)).contains(type.getName());
  }

  private static void addTo(SparkConf conf, String key, Class<?> type) {
    String before = conf.get(key, "");
    if (!has(conf, key, type)) {
      conf.set(key, before.isEmpty() ? type.getName() : before + "," + type.getName());
    }
  }
}
