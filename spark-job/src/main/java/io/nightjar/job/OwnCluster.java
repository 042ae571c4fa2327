package io.nightjar.job;

import io.nightjar.cluster.OwnerPlugin;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.Cluster;
import io.nightjar.tables.OwnSpark;
import io.nightjar.tables.OwnSparks;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A cluster that a data owner trusts with its records and keys, for one job from its first step to
 * its last: one that is started for it, or that of a program whose dataset the records are.
 */
final class OwnCluster implements OwnSparks, AutoCloseable {

  private final OwnSparks sparks;
  private final JavaSparkContext tasks;
  private final KeyDirectory keys;
  private final Runnable end;

  private OwnCluster(OwnSparks sparks, JavaSparkContext tasks, KeyDirectory keys, Runnable end) {
    this.sparks = sparks;
    this.tasks = tasks;
    this.keys = keys;
    this.end = end;
    OwnerPlugin.begin();
  }

  /**
   * Starts Spark on the cluster.
   *
   * @param what what its application is named for, unless settings name it
   * @param keys the directory of the data owner's identity, which executors must be able to read
   */
  static OwnCluster start(String what, String master, Path keys, Settings settings)
      throws IOException, InterruptedException {
    KeyDirectory access = new KeyDirectory(keys, settings);
    Cluster.requireReachable(master);
    OwnSpark spark = OwnSpark.cluster(what, master, settings, OwnerPlugin.class, access);
    boolean done = false;
    try {
      Cluster.awaitExecutor(spark.tasks(), settings.get(NightjarSettings.EXECUTORS_TIMEOUT));
      done = true;
    } finally {
      if (!done) {
        spark.close();
      }
    }
    return new OwnCluster(name -> spark.borrowed(), spark.tasks(), access, spark::close);
  }

  /**
   * Takes the cluster that a program's session is on.
   *
   * @param keys the directory of the data owner's identity, which executors must be able to read
   * @throws InvalidInputException if records would get where they must not be
   */
  static OwnCluster of(RecordSource.Rows rows, Path keys, Settings settings) {
    KeyDirectory access = new KeyDirectory(keys, settings);
    OwnSparks lent = name -> OwnSpark.ofCluster(rows, OwnerPlugin.class, access);
    try (OwnSpark spark = OwnSpark.ofCluster(rows, OwnerPlugin.class, access)) {
      return new OwnCluster(lent, spark.tasks(), access, () -> {});
    }
  }

  @Override
  public OwnSpark open(String name) throws IOException {
    return sparks.open(name);
  }

  /** Returns what runs tasks. */
  JavaSparkContext tasks() {
    return tasks;
  }

  KeyDirectory keys() {
    return keys;
  }

  /** Returns how many tasks can run at once. */
  int cores() {
    return SparkContexts.cores(tasks);
  }

  @Override
  public void close() {
    OwnerPlugin.end();
    end.run();
  }
}
