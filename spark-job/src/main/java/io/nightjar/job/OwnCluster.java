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
   * @throws JobRefusedException if the passphrase would be sent to executors as a setting
   */
  static OwnCluster start(String master, Path keys, Settings settings) throws IOException {
    String exposed = "spark.executorEnv." + Passphrases.VARIABLE;
    if (settings.sparkSettings().containsKey(exposed)) {
      throw new JobRefusedException(
          "%s would have the passphrase in the clear in Spark's configuration: have executors read it from a file, or from a credential provider"
              .formatted(exposed));
    }
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
