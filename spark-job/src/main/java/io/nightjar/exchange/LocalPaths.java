package io.nightjar.exchange;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Keeps what another party can arrange on a local disk from leading out of the exchange, and from
 * being anything but files and directories: to open a pipe waits for ever.
 */
final class LocalPaths {

  private LocalPaths() {}

  /**
   * Refuses a path that a symbolic link takes elsewhere, and what is neither a file nor a
   * directory; file systems without those are fine.
   *
   * @param path the path, which need not be there yet; then the nearest directory above it is
   *     looked at
   * @throws ExchangeException if it is not inside, or no file or directory
   */
  static void requireInside(FileSystem files, Path root, Path path) throws IOException {
    if (!files.getUri().getScheme().equals("file")) {
      return;
    }
    java.nio.file.Path base = java.nio.file.Path.of(root.toUri().getPath());
    java.nio.file.Path found = java.nio.file.Path.of(path.toUri().getPath());
    if (!Files.exists(base)) {
      return;
    }
    while (!Files.exists(found) && !Files.isSymbolicLink(found)) {
      found = found.getParent();
    }
    boolean dangling = Files.isSymbolicLink(found) && !Files.exists(found);
    if (dangling || !found.toRealPath().startsWith(base.toRealPath())) {
      throw new ExchangeException("%s is a link that leads out of %s".formatted(path, root));
    }
    if (!Files.isRegularFile(found) && !Files.isDirectory(found)) {
      throw new ExchangeException("%s is neither a file nor a directory".formatted(path));
    }
  }
}
