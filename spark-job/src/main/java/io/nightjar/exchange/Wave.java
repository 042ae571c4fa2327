package io.nightjar.exchange;

/**
 * Consecutive batches that go through the rounds together.
 *
 * @param index its number, from 0
 * @param firstBatch the number of its first batch
 * @param batches how many it has
 */
public record Wave(int index, long firstBatch, int batches) {

  /** Returns the number after its last batch. */
  public long endBatch() {
    return firstBatch + batches;
  }
}
