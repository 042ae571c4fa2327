package io.nightjar.job.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories with all that is in them. */
final class FileTree {

  private FileTree() {}

  /** Copies a directory to where none is. */
  static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    return to;
  }

  /** Removes a directory, if it is there. */
  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Puts a copy of one directory in the place of another. */
  static void replace(Path directory, Path with) throws IOException {
    delete(directory);
    copy(with, directory);
  }

  /** Returns the names of all that is below a directory, but for what is hidden. */
  static List<String> visible(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> !path.equals(directory))
          .filter(path -> !path.getFileName().toString().matches("[._].*"))
          .map(path -> directory.relativize(path).toString())
          .sorted()
          .toList();
    }
  }
}
