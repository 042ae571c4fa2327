package io.nightjar.settings;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings that a run goes by: every value is there, and was checked. */
public final class Settings {

  /** The assignments by key; all of them have been parsed. */
  private final Map<String, Assignment> set = new TreeMap<>();

  private final Map<String, String> sparkSettings = new TreeMap<>();

  private Settings() {}

  /**
   * Returns the settings from several sources, each over those before it.
   *
   * <p>A value that another source overrides must be right all the same: it would be used as soon
   * as the other is left out.
   *
   * @throws InvalidSettingException if there is no such setting, or its value is not allowed
   */
  public static Settings resolve(List<SettingSource> sources) {
    Settings settings = new Settings();
    for (SettingSource source : sources) {
      source.assignments().forEach(settings::add);
    }
    return settings;
  }

  /**
   * Returns these, and over them those of another source.
   *
   * @throws InvalidSettingException as {@link #resolve} does
   */
  public Settings with(SettingSource source) {
    Settings settings = new Settings();
    settings.set.putAll(set);
    settings.sparkSettings.putAll(sparkSettings);
    source.assignments().forEach(settings::add);
    return settings;
  }

  private void add(Assignment assignment) {
    Optional<Setting<?>> setting = Keys.find(assignment.key());
    if (setting.isPresent()) {
      Object unused = setting.get().parse(assignment.value(), assignment.origin());
      set.put(assignment.key(), assignment);
    } else {
      Keys.requireSparks(assignment.key(), assignment.origin());
      sparkSettings.put(assignment.key(), assignment.value());
    }
  }

  /** Returns a setting's value. */
  public <T> T get(Setting<T> setting) {
    Assignment assignment = set.get(setting.key());
    return assignment == null
        ? setting.defaultValue()
        : setting.parse(assignment.value(), assignment.origin());
  }

  /** Returns a setting's value as it was written, or as the default is; may be empty. */
  public String text(Setting<?> setting) {
    Assignment assignment = set.get(setting.key());
    return assignment == null ? setting.defaultText() : assignment.value();
  }

  /** Returns whether a source set it, if only to its default. */
  public boolean isSet(Setting<?> setting) {
    return set.containsKey(setting.key());
  }

  /** Returns where a setting's value comes from: a file and line, an option, or {@code default}. */
  public String source(Setting<?> setting) {
    Assignment assignment = set.get(setting.key());
    return assignment == null ? "default" : assignment.origin().place();
  }

  /**
   * Returns what was set, as executors get it in Spark's configuration: keys in order, no defaults.
   */
  public Map<String, String> toSparkConf() {
    Map<String, String> conf = new TreeMap<>();
    set.forEach((key, assignment) -> conf.put(key, assignment.value()));
    return Collections.unmodifiableMap(conf);
  }

  /** Returns the keys of Spark's own that files and {@code --conf} set, in order, unchecked. */
  public Map<String, String> sparkSettings() {
    return Collections.unmodifiableMap(sparkSettings);
  }
}
