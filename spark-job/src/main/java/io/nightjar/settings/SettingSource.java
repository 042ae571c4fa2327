package io.nightjar.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One place that settings come from: a file, Spark's configuration, or the command line. */
public final class SettingSource {

  private final List<Assignment> assignments;

  /** Takes assignments; if a key is there more than once, the last one counts. */
  private SettingSource(Collection<Assignment> assignments) {
    Map<String, Assignment> last = new LinkedHashMap<>();
    assignments.forEach(assignment -> last.put(assignment.key(), assignment));
    this.assignments = List.copyOf(last.values());
  }

  /**
   * Returns what a file sets, in the syntax of {@code spark-defaults.conf}. It may hold keys of
   * Spark's own too.
   *
   * @throws InvalidSettingException if it cannot be read
   */
  public static SettingSource file(Path file) {
    return new SettingSource(SettingsFile.read(file));
  }

  /** Returns the keys of Nightjar that Spark's configuration sets; the rest of it stays Spark's. */
  public static SettingSource sparkConf(Map<String, String> conf) {
    Origin origin = Origin.in("Spark's configuration");
    List<Assignment> ours = new ArrayList<>();
    conf.forEach(
        (key, value) -> {
          if (Keys.isOurs(key)) {
            ours.add(new Assignment(key, value, origin));
          }
        });
    return new SettingSource(ours);
  }

  /** Returns all that another process of the same owner goes by. */
  public static SettingSource resolved(Map<String, String> settings) {
    Origin origin = Origin.in("the driver's settings");
    return new SettingSource(
        settings.entrySet().stream()
            .map(setting -> new Assignment(setting.getKey(), setting.getValue(), origin))
            .toList());
  }

  /**
   * Returns what options {@code --conf KEY=VALUE} set. They may set keys of Spark's own too.
   *
   * @throws InvalidSettingException if one has no {@code =}
   */
  public static SettingSource conf(List<String> pairs) {
    Origin origin = Origin.by("--conf");
    List<Assignment> assignments = new ArrayList<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        throw new InvalidSettingException(Keys.notAPair(pair, origin));
      }
      assignments.add(
          new Assignment(pair.substring(0, equals).strip(), pair.substring(equals + 1), origin));
    }
    return new SettingSource(assignments);
  }

  /** Returns what a program sets by itself. It may set keys of Spark's own too. */
  public static SettingSource program(Map<String, String> values) {
    Origin origin = Origin.by("the program");
    List<Assignment> assignments = new ArrayList<>();
    values.forEach((key, value) -> assignments.add(new Assignment(key, value, origin)));
    return new SettingSource(assignments);
  }

  /** Returns what one option of a command sets, such as {@code --samples}. */
  public static SettingSource option(String option, Setting<?> setting, String value) {
    return new SettingSource(List.of(new Assignment(setting.key(), value, Origin.by(option))));
  }

  /** Returns what an option sets that may be left out. */
  public static SettingSource option(String option, Setting<?> setting, Optional<String> value) {
    return value
        .map(given -> option(option, setting, given))
        .orElseGet(() -> new SettingSource(List.of()));
  }

  /** Returns the keys that it sets, in the order in which they first come. */
  public List<String> keys() {
    return assignments.stream().map(Assignment::key).toList();
  }

  List<Assignment> assignments() {
    return assignments;
  }
}
