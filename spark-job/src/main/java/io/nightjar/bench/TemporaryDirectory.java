package io.nightjar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is gone afterwards, even when the process is told to stop. */
final class TemporaryDirectory implements AutoCloseable {

  private final Path path;
  private final Thread atExit;

  private TemporaryDirectory(Path path) {
    this.path = path;
    this.atExit = new Thread(() -> removeQuietly(path), "nightjar-clean-up");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Makes an empty directory where temporary files go. */
  static TemporaryDirectory create(String prefix) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory(prefix));
  }

  /** Returns the path of the directory. */
  Path path() {
    return path;
  }

  /** Removes a file, or a directory with everything in it. */
  static void remove(Path tree) throws IOException {
    try (Stream<Path> inside = Files.walk(tree)) {
      for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /**
   * Removes a directory at exit. Other threads may still be writing to it, and there is no caller
   * to tell of a failure.
   */
  private static void removeQuietly(Path tree) {
    try {
      remove(tree);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("nightjar: " + tree + " could not be removed: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    remove(path);
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
