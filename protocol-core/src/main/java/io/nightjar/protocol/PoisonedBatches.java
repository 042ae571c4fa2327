package io.nightjar.protocol;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The batches of a job of which decryption has shown a result that no honest evaluation gives.
 *
 * <p>Whoever made such a result chose a question about the key, and would read the answer from
 * whatever the data owner does next. So it does what it always does: a poisoned batch goes through
 * all rounds, and only its uploads are encryptions of zero from then on. It is safe to use from
 * many threads.
 */
public interface PoisonedBatches {

  /** Returns whether a batch is poisoned. */
  boolean has(long batch);

  /**
   * Remembers that a batch is poisoned. When this returns, that will be known to every later
   * process of the job.
   *
   * @throws java.io.UncheckedIOException if it cannot be remembered
   */
  void add(long batch);

  /** Returns what is known in this process only, for whoever has no job that goes on later. */
  static PoisonedBatches inMemory() {
    Set<Long> batches = ConcurrentHashMap.newKeySet();
    return new PoisonedBatches() {
      @Override
      public boolean has(long batch) {
        return batches.contains(batch);
      }

      @Override
      public void add(long batch) {
        batches.add(batch);
      }
    };
  }
}
