package io.nightjar.tables;

import io.nightjar.records.InvalidInputException;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ApplicationName;
import io.nightjar.staging.StagingAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Spark of the data owner's own, which may see records in the clear: one that is started for this
 * in this process and stopped again, a cluster that the data owner has named for it, or the session
 * of a program whose dataset the records are, which stays the program's.
 *
 * <p>The master of the first is no setting, so that whoever rents executors elsewhere has no way to
 * have records there. What it has to put on disk is encrypted, and so is what goes between
 * processes. It speaks Java's own serialisation, because data sources have classes that nobody can
 * register. A program's session was started by whoever gives the records, and is taken only if it
 * is like that too, as far as records are concerned.
 */
public final class OwnSpark implements AutoCloseable {

  private static final String LOCAL = "local[*]";
  private static final String PATHS = "spark.sql.catalog.default_iceberg";
  private static final String SERIALIZER = "spark.serializer";
  private static final String ENCRYPTION = "spark.io.encryption.enabled";
  private static final String AUTHENTICATION = "spark.authenticate";
  private static final String SECRET = "spark.authenticate.secret";
  private static final String WIRE_ENCRYPTION = "spark.network.crypto.enabled";
  private static final String WIRE_TLS = "spark.ssl.rpc.enabled";
  private static final String EXCLUDED_RULES = "spark.sql.adaptive.optimizer.excludedRules";
  private static final String EMPTY_RELATIONS =
      "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation";
  private static final Duration MOST_WAIT = Duration.ofSeconds(10);
  private static final int WAIT_MILLIS = 10;

  /** Spark's own threads write their lines a moment after they have counted a task as ended. */
  private static final int LINES_MILLIS = 200;

  private static final String JAVA_TIMES = "spark.sql.datetime.java8API.enabled";

  private final SparkSession session;
  private final Runnable end;
  private final Optional<StagingAccess> access;

  private OwnSpark(SparkSession session, Runnable end, Optional<StagingAccess> access) {
    this.session = session;
    this.end = end;
    this.access = access;
  }

  /** Returns the one for a source: the program's if the records are its dataset, or a new one. */
  public static OwnSpark of(RecordSource source, String name, Settings settings)
      throws IOException {
    if (source instanceof RecordSource.Rows rows) {
      requireFit(rows.rows().sparkSession().sparkContext());
      return lent(rows.rows().sparkSession(), Optional.empty());
    }
    return local(name, settings);
  }

  /**
   * Takes the session of a program that is on a cluster.
   *
   * @param plugin a plugin of Spark's that every process must have
   * @param access how executors get at staged records
   * @throws InvalidInputException if records would get where they must not be
   */
  public static OwnSpark ofCluster(RecordSource.Rows rows, Class<?> plugin, StagingAccess access) {
    SparkSession program = rows.rows().sparkSession();
    requireFit(program.sparkContext());
    requireFitCluster(program.sparkContext(), plugin);
    return lent(program, Optional.of(access));
  }

  /**
   * Takes a program's session, beside which it has a session of its own with what it needs set; the
   * program's is as it was.
   */
  private static OwnSpark lent(SparkSession program, Optional<StagingAccess> access) {
    SparkSession session = program.newSession();
    copy(program.conf(), session.conf());
    session.conf().set(JAVA_TIMES, true);
    Option<SparkSession> before = SparkSession.getActiveSession();
    SparkSession.setActiveSession(session);
    QuietTasks quiet = new QuietTasks();
    return new OwnSpark(
        session,
        () -> {
          awaitEndOfTasks(program.sparkContext());
          quiet.close();
          if (before.isDefined()) {
            SparkSession.setActiveSession(before.get());
          } else {
            SparkSession.clearActiveSession();
          }
        },
        access);
  }

  /**
   * Waits a little for tasks that are told to stop because another one has failed: Spark logs why,
   * and that may quote a row.
   */
  private static void awaitEndOfTasks(SparkContext spark) {
    long end = System.nanoTime() + MOST_WAIT.toNanos();
    try {
      while (System.nanoTime() < end
          && !spark.isStopped()
          && Arrays.stream(spark.statusTracker().getExecutorInfos())
              .anyMatch(executor -> executor.numRunningTasks() > 0)) {
        Thread.sleep(WAIT_MILLIS);
      }
      Thread.sleep(LINES_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(RuntimeConfig from, RuntimeConfig to) {
    CollectionConverters.asJava(from.getAll())
        .forEach(
            (key, value) -> {
              if (to.isModifiable(key)) {
                to.set(key, value);
              }
            });
  }

  /** Refuses a Spark that somebody else has started if its tasks or its disk are not fit. */
  private static void requireFit(SparkContext spark) {
    if (spark.isStopped()) {
      throw new InvalidInputException("The Spark session of the records is stopped");
    }
    SparkConf conf = spark.getConf();
    if (!conf.getBoolean(ENCRYPTION, false)) {
      throw new InvalidInputException(
          "The Spark session of the records would leave them on disk in the clear: start it with %s=true"
              .formatted(ENCRYPTION));
    }
    if (conf.get(SERIALIZER, "").equals(KryoSerializer.class.getName())
        && conf.getBoolean("spark.kryo.registrationRequired", false)) {
      throw new InvalidInputException(
          "The Spark session of the records has spark.kryo.registrationRequired=true, with which Spark cannot write tables: start it without");
    }
  }

  /**
   * Refuses a cluster on which records would go from process to process in the clear, or whose
   * executors have no way to keys.
   */
  private static void requireFitCluster(SparkContext spark, Class<?> plugin) {
    SparkConf conf = spark.getConf();
    List<String> missing = new ArrayList<>();
    if (!List.of(conf.get("spark.plugins", "").split(",", -1)).contains(plugin.getName())) {
      missing.add("spark.plugins=" + plugin.getName());
    }
    if (!conf.getBoolean(AUTHENTICATION, false)) {
      missing.add(AUTHENTICATION + "=true");
    }
    if (!conf.getBoolean(WIRE_ENCRYPTION, false) && !conf.getBoolean(WIRE_TLS, false)) {
      missing.add(WIRE_ENCRYPTION + "=true");
    }
    if (conf.get(SERIALIZER, "").equals(KryoSerializer.class.getName())) {
      missing.add(SERIALIZER + "=" + JavaSerializer.class.getName());
    }
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          "The Spark session of the records is on a cluster (%s) that is not set up for them: start it with %s"
              .formatted(spark.master(), String.join(", ", missing)));
    }
  }

  /** Returns whether executors of a program's session are in other processes. */
  static boolean isOnCluster(SparkSession program) {
    return !isStopped(program) && !program.sparkContext().isLocal();
  }

  /** Returns whether a program's session has ended. */
  static boolean isStopped(SparkSession program) {
    return program.sparkContext().isStopped();
  }

  /** Returns how a program's session reaches file systems. */
  static Configuration hadoop(SparkSession program) {
    return new Configuration(program.sparkContext().hadoopConfiguration());
  }

  /** Starts one in this process, in which none must be running. */
  public static OwnSpark local(String name, Settings settings) throws IOException {
    SparkConf conf = conf(settings);
    conf.setAppName(name);
    conf.setMaster(LOCAL);
    conf.set("spark.submit.deployMode", "client");
    conf.set("spark.dynamicAllocation.enabled", "false");
    conf.set("spark.driver.host", "localhost");
    conf.set(AUTHENTICATION, "true"); // other users of this machine reach its ports too
    return open(conf, Optional.empty());
  }

  /**
   * Starts one on a cluster that the data owner trusts with records and keys.
   *
   * @param what what its application is named for, unless settings name it
   * @param plugin a plugin of Spark's that every process has
   * @param access how executors get at staged records
   */
  public static OwnSpark cluster(
      String what, String master, Settings settings, Class<?> plugin, StagingAccess access)
      throws IOException {
    SparkConf conf = conf(settings);
    ApplicationName.setIfMissing(conf, what);
    conf.setMaster(master);
    conf.set("spark.plugins", plugin.getName());
    if (!master.startsWith("local[") && !master.equals("local")) {
      conf.set(AUTHENTICATION, "true");
      conf.set(WIRE_ENCRYPTION, "true");
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

  private static SparkConf conf(Settings settings) {
    SparkConf conf = new SparkConf();
    settings.sparkSettings().forEach(conf::setIfMissing);
    conf.set(SERIALIZER, JavaSerializer.class.getName());
    conf.remove("spark.kryo.registrator");
    conf.remove("spark.plugins");
    conf.set(ENCRYPTION, "true");
    conf.set("spark.io.encryption.keySizeBits", "256");
    conf.set("spark.ui.enabled", "false");
    conf.set("spark.eventLog.enabled", "false");
    conf.set("spark.sql.files.ignoreCorruptFiles", "false");
    conf.set("spark.sql.files.ignoreMissingFiles", "false");
    conf.set("spark.ui.showConsoleProgress", "false");
    conf.set(JAVA_TIMES, "true");
    // Otherwise a row of CSV with too few or too many cells is one like any other.
    conf.set("spark.sql.csv.parser.columnPruning.enabled", "false");
    // It drops what a shuffle holds if the metrics of its tasks say that it is nothing.
    conf.set(EXCLUDED_RULES, EMPTY_RELATIONS);
    // An Iceberg table that is read by its path is of no catalog; without one, Hive would be asked.
    conf.setIfMissing(PATHS, "org.apache.iceberg.spark.SparkCatalog");
    conf.setIfMissing(PATHS + ".type", "hadoop");
    conf.setIfMissing(PATHS + ".warehouse", System.getProperty("java.io.tmpdir"));
    return conf;
  }

  private static OwnSpark open(SparkConf conf, Optional<StagingAccess> access) throws IOException {
    Option<SparkSession> other = SparkSession.getDefaultSession();
    if (other.isDefined() && !other.get().sparkContext().isStopped()) {
      throw new InvalidInputException(
          "A Spark (%s) is running in this process, and records are read by one of their own: start a process for this, or have a dataset scored by io.nightjar.api.Agent"
              .formatted(other.get().sparkContext().appName()));
    }
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
      return new OwnSpark(
          session,
          () -> {
            session.stop();
            quiet.close();
            giveBackSecret(conf);
          },
          access);
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException("Spark cannot be started: " + e.getMessage(), e);
    } finally {
      if (!done) {
        quiet.close();
      }
    }
  }

  /**
   * Lets whatever Spark this process starts next have the secret of its settings again. A local one
   * makes up another, and leaves it among the process's credentials, which go before settings.
   */
  private static void giveBackSecret(SparkConf conf) {
    if (conf.contains(SECRET)) {
      Credentials secret = new Credentials();
      secret.addSecretKey(
          SecurityManager.SECRET_LOOKUP_KEY(), conf.get(SECRET).getBytes(StandardCharsets.UTF_8));
      try {
        UserGroupInformation.getCurrentUser().addCredentials(secret);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns this for a part of the work, at whose end it goes on. */
  public OwnSpark borrowed() {
    return new OwnSpark(session, () -> {}, access);
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
    end.run();
  }
}
