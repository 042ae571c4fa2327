package io.nightjar.job;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.staging.StagingAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Where executors of the data owner's find its identity: a directory that each of them can read, as
 * the driver can. The passphrase they have from their own file, environment or credential provider.
 */
final class KeyDirectory implements StagingAccess {

  private static final long serialVersionUID = 1;

  private final String directory;
  private final TreeMap<String, String> settings;

  KeyDirectory(Path directory, Settings settings) {
    this.directory = directory.toAbsolutePath().toString();
    this.settings = new TreeMap<>(settings.toSparkConf());
    this.settings.putAll(settings.sparkSettings());
  }

  /** Returns the identities, which the caller closes. */
  @Override
  public JobIdentities keys() {
    return new JobIdentities(Optional.of(Path.of(directory)), settings());
  }

  Settings settings() {
    return Settings.resolve(List.of(SettingSource.resolved(settings)));
  }

  @Override
  public Configuration configuration() {
    return HadoopFiles.configuration(HadoopConfigurations.of(settings()));
  }
}
