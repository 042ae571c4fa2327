package io.nightjar.tables;

import io.nightjar.settings.Settings;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark of the data owner's own, in this process.
 *
 * <p>Its master is no setting, so that there is no way to have records in the clear on executors
 * elsewhere. What it has to put on disk is encrypted. It speaks Java's own serialisation, because
 * data sources have classes that nobody can register.
 */
final class OwnSpark implements AutoCloseable {

  private static final String PATHS = "spark.sql.catalog.default_iceberg";

  private final SparkSession session;
  private final QuietTasks quiet;

  private OwnSpark(SparkSession session, QuietTasks quiet) {
    this.session = session;
    this.quiet = quiet;
  }

  /** Starts it; none must be running in this process. */
  static OwnSpark open(String name, Settings settings) throws IOException {
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    conf.setMaster("local[*]");
    conf.setAppName(name);
    conf.set("spark.submit.deployMode", "client");
    conf.set("spark.serializer", JavaSerializer.class.getName());
    conf.remove("spark.kryo.registrator");
    conf.remove("spark.plugins");
    conf.set("spark.io.encryption.enabled", "true");
    conf.set("spark.dynamicAllocation.enabled", "false");
    conf.set("spark.driver.host", "localhost");
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
    QuietTasks quiet = new QuietTasks();
    boolean done = false;
    try {
      SparkSession session = SparkSession.builder().config(conf).getOrCreate();
      if (!session.sparkContext().isLocal() || !session.sparkContext().appName().equals(name)) {
        throw new IllegalStateException("another one is running in this process");
      }
      done = true;
      return new OwnSpark(session, quiet);
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException("Spark cannot be started: " + e.getMessage(), e);
    } finally {
      if (!done) {
        quiet.close();
      }
    }
  }

  SparkSession session() {
    return session;
  }

  /** Returns how it reaches file systems. */
  Configuration hadoop() {
    return session.sparkContext().hadoopConfiguration();
  }

  @Override
  public void close() {
    session.stop();
    quiet.close();
  }
}
