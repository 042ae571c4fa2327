package io.nightjar.spark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The units of all tasks of a Spark job, which stay in the driver: a task is sent its own as its
 * split, and none those of the others.
 */
final class RoundTasks implements AutoCloseable {

  private static final Map<UUID, List<List<WorkUnit>>> OPEN = new ConcurrentHashMap<>();

  private final UUID name = UUID.randomUUID();

  private RoundTasks() {}

  /** Keeps units until this is closed. */
  static RoundTasks of(List<List<WorkUnit>> tasks) {
    RoundTasks kept = new RoundTasks();
    OPEN.put(kept.name, tasks.stream().map(List::copyOf).toList());
    return kept;
  }

  /**
   * Returns the units that are kept under a name.
   *
   * @throws IllegalStateException if there are none in this process
   */
  static List<List<WorkUnit>> named(UUID name) {
    return Optional.ofNullable(OPEN.get(name))
        .orElseThrow(() -> new IllegalStateException("Only the driver cuts a round into tasks"));
  }

  UUID name() {
    return name;
  }

  @Override
  public void close() {
    OPEN.remove(name);
  }
}
