package io.nightjar.tables;

import io.nightjar.settings.Settings;
import io.nightjar.staging.StagingAccess;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark of the data owner's own, which may see records in the clear: in this process, or a
 * cluster that the data owner has named for it.
 *
 * <p>Its master is no setting, so that whoever rents executors elsewhere has no way to have records
 * there. What it has to put on disk is encrypted, and so is what goes between processes. It speaks
 * Java's own serialisation, because data sources have classes that nobody can register.
 */
public final class OwnSpark implements AutoCloseable {

  private static final String LOCAL = "local[*]";
  private static final String PATHS = "spark.sql.catalog.default_iceberg";

  private final SparkSession session;
  private final Optional<QuietTasks> quiet; // empty if it is borrowed
  private final Optional<StagingAccess> access;

  private OwnSpark(
      SparkSession session, Optional<QuietTasks> quiet, Optional<StagingAccess> access) {
    this.session = session;
    this.quiet = quiet;
    this.access = access;
  }

  /** Starts one in this process, in which none must be running. */
  public static OwnSpark local(String name, Settings settings) throws IOException {
    SparkConf conf = conf(name, settings);
    conf.setMaster(LOCAL);
    conf.set("spark.submit.deployMode", "client");
    conf.set("spark.dynamicAllocation.enabled", "false");
    conf.set("spark.driver.host", "localhost");
    return open(conf, Optional.empty());
  }

  /**
   * Starts one on a cluster that the data owner trusts with records and keys.
   *
   * @param plugin a plugin of Spark's that every process has
   * @param access how executors get at staged records
   */
  public static OwnSpark cluster(
      String name, String master, Settings settings, Class<?> plugin, StagingAccess access)
      throws IOException {
    SparkConf conf = conf(name, settings);
    conf.setMaster(master);
    conf.set("spark.plugins", plugin.getName());
    if (!master.startsWith("local[") && !master.equals("local")) {
      conf.set("spark.authenticate", "true");
      conf.set("spark.network.crypto.enabled", "true");
      conf.set("spark.network.crypto.authEngineVersion", "2");
      conf.set("spark.network.crypto.cipher", "AES/GCM/NoPadding");
      String[] jar = JavaSparkContext.jarOfClass(OwnSpark.class);
      if (jar.length > 0) {
        conf.setIfMissing("spark.jars", jar[0]);
      }
    } else {
      conf.setIfMissing("spark.driver.host", "localhost");
    }
    return open(conf, Optional.of(access));
  }

  private static SparkConf conf(String name, Settings settings) {
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    conf.setAppName(name);
    conf.set("spark.serializer", JavaSerializer.class.getName());
    conf.remove("spark.kryo.registrator");
    conf.remove("spark.plugins");
    conf.set("spark.io.encryption.enabled", "true");
    conf.set("spark.io.encryption.keySizeBits", "256");
    conf.set("spark.ui.enabled", "false");
    conf.set("spark.eventLog.enabled", "false");
    conf.set("spark.sql.files.ignoreCorruptFiles", "false");
    conf.set("spark.sql.files.ignoreMissingFiles", "false");
    conf.set("spark.ui.showConsoleProgress", "false");
    conf.set("spark.sql.datetime.java8API.enabled", "true");
    // Otherwise a row of CSV with too few or too many cells is one like any other.
    conf.set("spark.sql.csv.parser.columnPruning.enabled", "false");
    // An Iceberg table that is read by its path is of no catalog; without one, Hive would be asked.
    conf.setIfMissing(PATHS, "org.apache.iceberg.spark.SparkCatalog");
    conf.setIfMissing(PATHS + ".type", "hadoop");
    conf.setIfMissing(PATHS + ".warehouse", System.getProperty("java.io.tmpdir"));
    return conf;
  }

  private static OwnSpark open(SparkConf conf, Optional<StagingAccess> access) throws IOException {
    QuietTasks quiet = new QuietTasks();
    boolean done = false;
    try {
      SparkSession session = SparkSession.builder().config(conf).getOrCreate();
      boolean same =
          session.sparkContext().master().equals(conf.get("spark.master"))
              && session.sparkContext().appName().equals(conf.get("spark.app.name"));
      if (!same) {
        throw new IllegalStateException("another one is running in this process");
      }
      done = true;
      return new OwnSpark(session, Optional.of(quiet), access);
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException("Spark cannot be started: " + e.getMessage(), e);
    } finally {
      if (!done) {
        quiet.close();
      }
    }
  }

  /** Returns this for a part of the work, at whose end it goes on. */
  public OwnSpark borrowed() {
    return new OwnSpark(session, Optional.empty(), access);
  }

  SparkSession session() {
    return session;
  }

  /** Returns what runs tasks. */
  public JavaSparkContext tasks() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Returns how executors get at staged records; empty if they are this process. */
  Optional<StagingAccess> access() {
    return access;
  }

  /** Returns how it reaches file systems. */
  Configuration hadoop() {
    return session.sparkContext().hadoopConfiguration();
  }

  @Override
  public void close() {
    if (quiet.isPresent()) {
      session.stop();
      quiet.get().close();
    }
  }
}
