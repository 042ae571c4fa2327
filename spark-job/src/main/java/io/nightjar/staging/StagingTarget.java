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
 * <p>Tasks find it by its {@linkplain #place place}, so that its key is never sent anywhere.
 */
public final class StagingTarget implements AutoCloseable {

  private static final Map<UUID, StagingTarget> OPEN = new ConcurrentHashMap<>();

  private final UUID name;
  private final Path directory;
  private final FileSystem files;
  private final StagingKey key;
  private final boolean closesKey;

  private StagingTarget(
      UUID name, Path directory, FileSystem files, StagingKey key, boolean closesKey) {
    this.name = name;
    this.directory = directory;
    this.files = files;
    this.key = key;
    this.closesKey = closesKey;
  }

  static StagingTarget open(UUID name, Path directory, FileSystem files, StagingKey key) {
    StagingTarget target = new StagingTarget(name, directory, files, key, false);
    OPEN.put(name, target);
    return target;
  }

  /**
   * Returns the target that another process has opened.
   *
   * @param key closed with this
   */
  static StagingTarget elsewhere(UUID name, Path directory, FileSystem files, StagingKey key) {
    return new StagingTarget(name, directory, files, key, true);
  }

  /** Returns a target that this process has open. */
  static Optional<StagingTarget> find(UUID name) {
    return Optional.ofNullable(OPEN.get(name));
  }

  /**
   * Returns this as tasks are told of it.
   *
   * @param access how those in other processes get at it, if they can
   */
  public StagingPlace place(Optional<StagingAccess> access) {
    return new StagingPlace(name, directory, access);
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
    if (closesKey) {
      key.close();
    }
  }
}
