package io.nightjar.spark;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The part of a Hadoop configuration that tasks need to reach the exchange.
 *
 * <p>Every Spark job writes its configuration and every task reads it, and Hadoop zips every
 * entry's origin by itself. The defaults that come with Hadoop are most of its thousand entries,
 * and most of those belong to MapReduce, to YARN and to file systems that the exchange is not on.
 */
final class TaskConfiguration {

  private static final Set<String> NOT_FOR_TASKS = Set.of("mapred-default.xml", "yarn-default.xml");

  /**
   * The settings that a file system on this machine reads; all others are for those across a
   * network.
   */
  private static final Set<String> FOR_LOCAL_FILES = Set.of("file", "fs");

  /** File systems whose settings are not called after their scheme. */
  private static final Map<String, String> CALLED = Map.of("abfs", "azure", "abfss", "azure");

  private TaskConfiguration() {}

  /** Returns the entries that somebody set, and those defaults that the directory may need. */
  static Configuration of(Configuration all, Path directory) {
    String scheme = directory.toUri().getScheme();
    Configuration needed = new Configuration(false);
    for (Map.Entry<String, String> entry : all) {
      String key = entry.getKey();
      if (!isDefault(all, key) || isNeeded(all, key, scheme)) {
        needed.set(key, all.getRaw(key));
      }
    }
    return needed;
  }

  private static boolean isDefault(Configuration all, String key) {
    return source(all, key).endsWith("-default.xml");
  }

  private static boolean isNeeded(Configuration all, String key, String scheme) {
    if (NOT_FOR_TASKS.contains(source(all, key))) {
      return false;
    }
    String[] parts = key.toLowerCase(Locale.ROOT).split("\\.", 3);
    if ("file".equals(scheme) && !FOR_LOCAL_FILES.contains(parts[0])) {
      return false;
    }
    boolean ofOneFileSystem = parts.length == 3 && parts[0].equals("fs");
    return !ofOneFileSystem
        || parts[1].equals(scheme)
        || parts[1].equals(CALLED.getOrDefault(scheme, scheme));
  }

  /** The last of the resources that an entry comes from; entries of programs have none. */
  private static String source(Configuration all, String key) {
    String[] sources = all.getPropertySources(key);
    return sources == null || sources.length == 0 ? "" : sources[sources.length - 1];
  }
}
