package io.nightjar.job;

import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Tells whether files of records are those of before without reading them: by their names, sizes
 * and times. It says nothing of what is in them.
 *
 * <p>There is none where it could mislead: of files that have changed a moment ago, which may
 * change again within what clocks of file systems tell apart, and of whatever is not plain files.
 */
final class InputStamp {

  private static final Duration SETTLED = Duration.ofSeconds(10);

  private static final int MOST_FILES = 10_000;

  private InputStamp() {}

  /**
   * Returns the stamp of a request's input, to be taken before it is read.
   *
   * @param described all that was asked for of it
   */
  static Optional<String> of(
      RecordSource source, String described, Settings settings, Configuration configuration)
      throws IOException {
    if (!(source instanceof RecordSource.Table table) || !table.isPlainFiles()) {
      return Optional.empty();
    }
    long now = System.currentTimeMillis();
    Path path = new Path(table.path().orElseThrow());
    FileSystem files = path.getFileSystem(configuration);
    TreeSet<String> found = new TreeSet<>();
    try {
      RemoteIterator<LocatedFileStatus> all = files.listFiles(path, true);
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        boolean settled = file.getModificationTime() < now - SETTLED.toMillis();
        if (!settled || found.size() == MOST_FILES) {
          return Optional.empty();
        }
        found.add("%s %d %d".formatted(file.getPath(), file.getLen(), file.getModificationTime()));
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return Optional.of(digest(described, reading(settings), String.join("\n", found)));
  }

  /** Returns the settings of Spark's own by which it may read the same files in another way. */
  private static String reading(Settings settings) {
    StringBuilder text = new StringBuilder();
    settings
        .sparkSettings()
        .forEach(
            (key, value) -> {
              if (key.startsWith("spark.sql.")) {
                text.append(key).append('=').append(value).append('\n');
              }
            });
    return text.toString();
  }

  private static String digest(String... texts) {
    try {
      byte[] all = String.join("\0", texts).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
