package io.nightjar.staging;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where records go that are being staged. It is safe to use from many threads.
 *
 * <p>Tasks in the same process find it by its name, so that its key is never sent anywhere; tasks
 * in another process find nothing.
 */
public final class StagingTarget implements AutoCloseable {

  private static final Map<UUID, StagingTarget> OPEN = new ConcurrentHashMap<>();

  private final UUID name;
  private final Path directory;
  private final FileSystem files;
  private final StagingKey key;

  private StagingTarget(UUID name, Path directory, FileSystem files, StagingKey key) {
    this.name = name;
    this.directory = directory;
    this.files = files;
    this.key = key;
  }

  static StagingTarget open(UUID name, Path directory, FileSystem files, StagingKey key) {
    StagingTarget target = new StagingTarget(name, directory, files, key);
    OPEN.put(name, target);
    return target;
  }

  /**
   * Returns a target that this process has open.
   *
   * @throws IllegalStateException if it has not
   */
  public static StagingTarget named(UUID name) {
    return Optional.ofNullable(OPEN.get(name))
        .orElseThrow(() -> new IllegalStateException("Records are staged in another process"));
  }

  /** Returns its name. */
  public UUID name() {
    return name;
  }

  /**
   * Creates a file.
   *
   * @param number which no other file here has
   */
  public StagedFile create(int number) throws IOException {
    return StagedFile.create(files, directory, number, key);
  }

  @Override
  public void close() {
    OPEN.remove(name);
  }
}
