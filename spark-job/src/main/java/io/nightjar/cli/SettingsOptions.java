package io.nightjar.cli;

import io.nightjar.settings.InvalidSettingException;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that goes by settings: {@code --config} and {@code --conf}. */
final class SettingsOptions {

  /** The system property with the installation's {@code conf/nightjar.conf}, where there is one. */
  static final String INSTALLED_FILE_PROPERTY = "nightjar.conf";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A file of settings, over those of the installation's conf/nightjar.conf.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "One setting, over those of files and of Spark's configuration; repeatable.")
  private List<String> pairs = List.of();

  /**
   * Returns the settings, for which files are read first, then Spark's configuration, then {@code
   * --conf}, then the command's own options; each overrides those before it.
   */
  Settings resolve(SettingSource... options) {
    try {
      List<SettingSource> sources = new ArrayList<>();
      Optional.ofNullable(System.getProperty(INSTALLED_FILE_PROPERTY))
          .map(installed -> SettingSource.file(Path.of(installed)))
          .ifPresent(sources::add);
      file.map(SettingSource::file).ifPresent(sources::add);
      sources.add(SettingSource.sparkConf(systemProperties()));
      sources.add(SettingSource.conf(pairs));
      sources.addAll(List.of(options));
      return Settings.resolve(sources);
    } catch (InvalidSettingException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Returns the configuration that spark-submit leaves for the driver. */
  private static Map<String, String> systemProperties() {
    Properties properties = System.getProperties();
    Map<String, String> conf = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> conf.put(key, properties.getProperty(key)));
    return conf;
  }
}
