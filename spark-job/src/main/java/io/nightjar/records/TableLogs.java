package io.nightjar.records;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Formats of tables that keep a log of which of their files, and which rows of them, count. The
 * files alone have rows that were deleted or replaced, too.
 */
public enum TableLogs {
  /** Delta Lake. */
  DELTA("_delta_log", ""),
  /** Apache Iceberg. */
  ICEBERG("metadata", ".metadata.json"),
  /** Apache Hudi. */
  HUDI(".hoodie", "");

  private final String directory;
  private final String entries;

  /**
   * Declares a format.
   *
   * @param directory what the directory of its log is called
   * @param entries how the name of one of its files ends, where the directory's says too little
   */
  TableLogs(String directory, String entries) {
    this.directory = directory;
    this.entries = entries;
  }

  private String format() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Returns whether the directory of its log is called so. */
  public boolean isCalled(String name) {
    return name.equals(directory);
  }

  /**
   * Refuses files, or a directory of them, that belong to such a table.
   *
   * @throws InvalidInputException if they do; it says how to read them as what they are
   */
  public static void refuse(Configuration conf, Path path) throws IOException {
    FileSystem files = path.getFileSystem(conf);
    for (Path at = files.makeQualified(path); at != null; at = at.getParent()) {
      Optional<TableLogs> found = in(files, at);
      if (found.isPresent()) {
        throw new InvalidInputException(
            "%s is a table in the format %s, whose files also have rows that were deleted or replaced: have it read as one, with --input-format %s"
                .formatted(Names.quote(at.toString()), found.get().format(), found.get().format()));
      }
    }
  }

  private static Optional<TableLogs> in(FileSystem files, Path directory) throws IOException {
    for (TableLogs format : values()) {
      if (format.isIn(files, directory)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private boolean isIn(FileSystem files, Path table) throws IOException {
    Path log = new Path(table, directory);
    if (entries.isEmpty()) {
      return files.exists(log);
    }
    try {
      FileStatus[] all = files.listStatus(log);
      return Arrays.stream(all).anyMatch(file -> file.getPath().getName().endsWith(entries));
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
