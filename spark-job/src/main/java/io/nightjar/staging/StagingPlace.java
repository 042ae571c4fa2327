package io.nightjar.staging;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where records are staged, as tasks are told. In the process that stages them a task finds what is
 * open there; in another one it opens the place for itself, once, if there is a way to the key.
 */
public final class StagingPlace implements Serializable {

  private static final long serialVersionUID = 1;

  private static final Map<UUID, StagedRecords> RECORDS = new HashMap<>();
  private static final Map<UUID, StagingTarget> TARGETS = new HashMap<>();

  private static final AtomicLong OPENED = new AtomicLong();

  private final UUID name;
  private final String directory;
  private final StagingAccess access; // null if no other process has any

  /**
   * Creates a place.
   *
   * @param access how other processes get at it, if they can
   */
  public StagingPlace(UUID name, Path directory, Optional<StagingAccess> access) {
    this.name = name;
    this.directory = directory.toString();
    this.access = access.orElse(null);
  }

  /**
   * Returns where records go.
   *
   * @throws IllegalStateException if they are another process's
   */
  public StagingTarget target() throws IOException {
    Optional<StagingTarget> here = StagingTarget.find(name);
    if (here.isPresent()) {
      return here.get();
    }
    synchronized (TARGETS) {
      StagingTarget target = TARGETS.get(name);
      if (target == null) {
        try (StagingAccess.OpenKeys keys = access().keys()) {
          Path path = new Path(directory);
          target =
              StagingTarget.elsewhere(
                  name, path, path.getFileSystem(configuration()), keys.ofNew(name));
        }
        TARGETS.put(name, target);
        OPENED.incrementAndGet();
      }
      return target;
    }
  }

  /**
   * Returns the records.
   *
   * @throws IllegalStateException if they are another process's
   */
  public StagedRecords records() throws IOException {
    Optional<StagedRecords> here = StagedRecords.find(name);
    if (here.isPresent()) {
      return here.get();
    }
    synchronized (RECORDS) {
      StagedRecords records = RECORDS.get(name);
      if (records == null) {
        try (StagingAccess.OpenKeys keys = access().keys()) {
          records =
              new StagingArea(new Path(directory).getParent(), configuration())
                  .find(keys)
                  .orElseThrow(
                      () -> new StagingException("%s cannot be opened".formatted(directory)));
        }
        RECORDS.put(name, records);
        OPENED.incrementAndGet();
      }
      return records;
    }
  }

  private StagingAccess access() {
    if (access == null) {
      throw new IllegalStateException("Records are staged in another process");
    }
    return access;
  }

  private Configuration configuration() {
    return access().configuration();
  }

  /** Returns how often this process has opened something for tasks. */
  public static long opened() {
    return OPENED.get();
  }

  /** Closes what this process has opened for tasks; they have ended. */
  public static void closeAll() {
    synchronized (RECORDS) {
      RECORDS.values().forEach(StagedRecords::close);
      RECORDS.clear();
    }
    synchronized (TARGETS) {
      TARGETS.values().forEach(StagingTarget::close);
      TARGETS.clear();
    }
  }
}
