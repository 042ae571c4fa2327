package io.nightjar.job;

import io.nightjar.cluster.OwnerPlugin;
import io.nightjar.settings.Settings;
import io.nightjar.tables.OwnSpark;
import io.nightjar.tables.OwnSparks;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A cluster that a data owner trusts with its records and keys, for one job from its first step to
 * its last.
 */
final class OwnCluster implements OwnSparks, AutoCloseable {

  private final OwnSpark spark;
  private final KeyDirectory keys;

  private OwnCluster(OwnSpark spark, KeyDirectory keys) {
    this.spark = spark;
    this.keys = keys;
  }

  /**
   * Starts Spark on the cluster.
   *
   * @param keys the directory of the data owner's identity, which executors must be able to read
   */
  static OwnCluster start(String master, Path keys, Settings settings) throws IOException {
    KeyDirectory access = new KeyDirectory(keys, settings);
    return new OwnCluster(
        OwnSpark.cluster("nightjar agent", master, settings, OwnerPlugin.class, access), access);
  }

  @Override
  public OwnSpark open(String name) {
    return spark.borrowed();
  }

  OwnSpark spark() {
    return spark;
  }

  KeyDirectory keys() {
    return keys;
  }

  /** Returns how many tasks can run at once. */
  int cores() {
    return SparkContexts.cores(spark.tasks());
  }

  @Override
  public void close() {
    spark.close();
  }
}
