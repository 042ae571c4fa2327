package io.nightjar.cluster;

import io.nightjar.protocol.PoisonedBatches;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The poisoned batches as a task knows them; the driver is told of others. */
final class ToldBatches implements PoisonedBatches {

  private final UUID job;
  private final Set<Long> known = ConcurrentHashMap.newKeySet();

  /**
   * Creates those of a task.
   *
   * @param before those that the driver knew of when it sent the task
   */
  ToldBatches(UUID job, Collection<Long> before) {
    this.job = job;
    this.known.addAll(before);
  }

  @Override
  public boolean has(long batch) {
    return known.contains(batch);
  }

  @Override
  public void add(long batch) {
    if (!known.contains(batch)) {
      OwnerPlugin.tell(new Poisoned(job, batch));
      known.add(batch);
    }
  }
}
