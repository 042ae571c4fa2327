package io.nightjar.job;

import io.nightjar.exchange.Wave;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps for tests what a model owner remembers of uploads, which it forgets when a job is over:
 * with it and the job's secret the results can be worked out again.
 */
public final class AskedUploads implements JobProgress {

  private final Path state;
  private final JobProgress progress;

  AskedUploads(Settings settings, JobProgress progress) {
    this(ServeState.directory(settings), progress);
  }

  private AskedUploads(Path state, JobProgress progress) {
    this.state = state;
    this.progress = progress;
  }

  /** Keeps what another process remembers, as often as {@link #keep} is called. */
  public static AskedUploads in(Path state) {
    return new AskedUploads(state, JobProgress.NONE);
  }

  /** Returns where the memory of jobs is kept that is in a directory while they are served. */
  static Path of(Path state) {
    return state.resolveSibling(state.getFileName() + "-asked");
  }

  @Override
  public void evaluated(Wave wave, int round) {
    keep();
    progress.evaluated(wave, round);
  }

  /** Keeps what is remembered now. */
  public synchronized void keep() {
    try {
      for (Path job : list(state)) {
        for (Path asked : list(job.resolve("inputs"))) {
          Path kept = of(state).resolve(job.getFileName()).resolve(asked.getFileName());
          Files.createDirectories(kept.getParent());
          copy(asked, kept);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (NoSuchFileException e) { // its job is over
      return List.of();
    }
  }

  private static void copy(Path asked, Path kept) throws IOException {
    try {
      Files.copy(asked, kept, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      // half written by another thread, and renamed; or its job is over, and it was kept before
    }
  }
}
