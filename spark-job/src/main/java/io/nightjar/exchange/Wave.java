package io.nightjar.exchange;

import java.io.Serializable;

/**
 * Consecutive batches that go through the rounds together.
 *
 * @param index its number, from 0
 * @param firstBatch the number of its first batch
 * @param batches how many it has
 */
public record Wave(int index, long firstBatch, int batches) implements Serializable {

  private static final long serialVersionUID = 1;

  /** Returns the number after its last batch. */
  public long endBatch() {
    return firstBatch + batches;
  }
}
